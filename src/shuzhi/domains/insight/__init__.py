"""From many voices to what is the matter: hot issues that a new demand joins within seconds, explained and judged by people."""
