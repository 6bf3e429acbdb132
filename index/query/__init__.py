"""A question's words as concepts: the forms in which the text may say them."""
