"""Trains and measures the understanding of patients' texts. Development only: numpy and scikit-learn are not shipped."""
