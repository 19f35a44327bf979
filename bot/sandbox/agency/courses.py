"""How a pretend agency goes about a dossier. The pace is made up, the ten statuses are not (DOMAIN §2.2)."""

from typing import Final

from bot.sandbox.agency.folder import Course, Stage

DESK = "Bộ phận Tiếp nhận và Trả kết quả"
EXPERTS = "Bộ phận chuyên môn"
LEADERS = "Lãnh đạo đơn vị"

FILED = Stage(status="registered", words="Hồ sơ đã được gửi, chờ xem xét", unit=DESK)
RECEIVED = Stage(status="received", words="Tiếp nhận hồ sơ, lập giấy hẹn trả kết quả", unit=DESK)
WORK = Stage(status="processing", words="Chuyển hồ sơ cho bộ phận chuyên môn thụ lý", unit=EXPERTS)
SIGN = Stage(status="processing", words="Trình lãnh đạo ký", unit=LEADERS, days=1)
ANEW = Stage(status="processing", words="Đã nhận đủ, tiếp tục thụ lý", unit=EXPERTS, days=2)
DONE = Stage(status="done", words="Đã có kết quả, chuyển về nơi trả kết quả", unit=DESK, of_due=0)
BACK = Stage(status="returned", words="Đã trả kết quả cho công dân", unit=DESK, days=1)

SUPPLEMENT = Stage(
    status="supplement",
    words="Yêu cầu bổ sung giấy tờ",
    unit=EXPERTS,
    days=1,
    reason="Thông tin về nơi cư trú trong tờ khai chưa khớp với giấy tờ kèm theo",
    papers=("Giấy tờ chứng minh nơi cư trú", "Tờ khai theo mẫu, đã ký"),
    supply_days=10,
)
PAYMENT = Stage(
    status="payment",
    words="Yêu cầu thực hiện nghĩa vụ tài chính",
    unit=DESK,
    days=1,
    reason="Nộp lệ phí để hồ sơ được giải quyết tiếp",
    fee=50_000,
    supply_days=5,
)
APOLOGY = Stage(
    status="processing",
    words="Xin lỗi và hẹn lại ngày trả kết quả",
    unit=LEADERS,
    of_due=0,
    apology=3,
    reason="Cần xác minh thêm tại cơ quan khác",
)
REJECTED = Stage(
    status="rejected",
    words="Không tiếp nhận hồ sơ",
    unit=DESK,
    days=1,
    reason="Thủ tục này thuộc thẩm quyền của cơ quan khác",
)
WITHDRAWN = Stage(status="withdrawn", words="Công dân yêu cầu rút hồ sơ", unit=DESK, days=1)
STOPPED = Stage(
    status="stopped",
    words="Dừng xử lý hồ sơ",
    unit=EXPERTS,
    days=2,
    reason="Quá thời hạn bổ sung mà chưa nhận được giấy tờ",
)

BEGIN = (FILED, RECEIVED, WORK)
COURSES: Final[dict[Course, tuple[Stage, ...]]] = {
    "smooth": (*BEGIN, SIGN, DONE, BACK),
    "early": (*BEGIN, SIGN, DONE.model_copy(update={"of_due": -3}), BACK),
    "late": (*BEGIN, SIGN, DONE.model_copy(update={"of_due": 2}), BACK),
    "late_apology": (*BEGIN, SIGN, APOLOGY, DONE.model_copy(update={"of_due": 2}), BACK),
    "supplement": (*BEGIN, SUPPLEMENT, ANEW, DONE, BACK),
    "payment": (*BEGIN, PAYMENT, ANEW.model_copy(update={"days": 1}), DONE, BACK),
    "rejected": (FILED, REJECTED),
    "withdrawn": (*BEGIN, WITHDRAWN),
    "stopped": (*BEGIN, STOPPED),
    "at_desk": (*BEGIN, SIGN, DONE),
    "same_day": (*BEGIN, DONE.model_copy(update={"of_due": None}), BACK.model_copy(update={"days": 0})),
}
