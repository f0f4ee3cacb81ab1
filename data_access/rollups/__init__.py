"""What a load makes of the rows it wrote: ancestors spelled out, campaign days, and the sums at every level."""
