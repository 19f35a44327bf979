"""The time of Viet Nam: UTC+7, without summer time."""

from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
