"""`python -m diascribe` is the command `diascribe`."""

from diascribe.cli.main import main

if __name__ == "__main__":
    main()
