"""What reporters think of the outcome: ratings, and the wish to have a case reopened."""
