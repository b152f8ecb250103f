"""What the county knows: articles with their legal basis, reviewed by two people, found by words, cited in answers."""
