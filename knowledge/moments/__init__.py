"""Days and hours in what people write: "sáng mai", "thứ 5 tuần sau", "mùng 3", "24/11"."""

from knowledge.moments.reader import LONGEST, Moment, read_moment

__all__ = ["LONGEST", "Moment", "read_moment"]
