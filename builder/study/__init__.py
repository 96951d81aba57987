"""In which order and on which day a deck's cards are studied: pure functions of a deck."""
