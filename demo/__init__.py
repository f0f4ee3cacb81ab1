"""A fictional county, 云岭县 (Yunling County), as its offices would write it down. No place or person in it is real."""
