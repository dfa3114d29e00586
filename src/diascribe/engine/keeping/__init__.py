"""What the stages of a recording found, kept so that none is done twice."""
