"""Tasks of grid workers: sign for, arrive with a graded check-in, reply, finish, hand back."""
