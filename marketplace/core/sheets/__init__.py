"""Spreadsheets that people send and take away: CSV and XLSX, as rows of text."""
