int nothing_left;
