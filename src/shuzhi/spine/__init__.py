"""The spine announces: what happened, who acted, why it was refused, what time and working day it is."""
