"""Networks as arrays: numpy only, so that the web may use them. No tables, no words of the floors above."""
