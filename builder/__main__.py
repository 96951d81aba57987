"""`python -m builder` is the console script `prepdeck`, for those without make or an install."""

from builder.cli import main

if __name__ == "__main__":
    main(prog_name="prepdeck")
