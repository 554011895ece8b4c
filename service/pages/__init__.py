"""The pages a visitor sees: what is watched, who watches, and the list of feeds."""
