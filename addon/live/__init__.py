"""A face driven by a listener: the line to it, the values of the face before and meanwhile, what was recorded."""
