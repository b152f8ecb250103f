"""How people get in: staff by password and second factor or by the county's identity provider, citizens by phone."""
