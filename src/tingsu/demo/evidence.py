"""Pictures that complainants attach, drawn for the demo: a parcel, a screen, a paper. No photograph, no real document."""

import io
import random

from PIL import Image, ImageDraw, ImageFont

from tingsu.demo.plan import Plan
from tingsu.demo.plans import ZONE

SORTS = {
    "parcel": ("开箱照片", {"logistics", "store_ops", "quality", "after_sales"}),
    "screen": ("聊天与付款截图", {"payments", "online", "infosec"}),
    "paper": ("证明材料", {"legal", "merchants"}),
}
SIZE = (900, 675)
INK, PAPER = (40, 48, 54), (247, 245, 239)


def pictures(plan: Plan) -> list[tuple[str, bytes]]:
    """File names and JPEGs for a plan: none for most, one or two for the others, always the same ones."""
    rng = plan.rng("evidence")
    if rng.random() > 0.3:
        return []
    count = rng.choice((1, 1, 2))
    return [(f"{label}{number}.jpg", content) for number, (label, content) in enumerate(drawn(plan, count), 1)]


def scanned(plan: Plan) -> bytes:
    """The scan of a letter."""
    return _jpeg(_paper(plan.rng("letter"), plan))


def drawn(plan: Plan, count: int) -> list[tuple[str, bytes]]:
    """So many pictures of the sort that a cause has: what each shows, and a JPEG."""
    rng = plan.rng("drawing")
    sort = next(name for name, (_label, units) in SORTS.items() if plan.family.dept in units)
    label = SORTS[sort][0]
    draw = {"parcel": _parcel, "screen": _screen, "paper": _paper}[sort]
    return [(label, _jpeg(draw(rng, plan))) for _number in range(count)]


def _jpeg(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=78)
    return kept.getvalue()


def _words(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int = 26, fill: tuple[int, int, int] = INK
) -> None:
    draw.text(at, text, fill=fill, font=ImageFont.load_default(size))


def _parcel(rng: random.Random, plan: Plan) -> Image.Image:
    """A box on a floor, a torn corner, a label with the order number."""
    floor = rng.choice([(196, 188, 176), (150, 158, 160), (210, 204, 190)])
    image = Image.new("RGB", SIZE, floor)
    draw = ImageDraw.Draw(image)
    for _grain in range(260):
        x, y, shade = rng.randrange(900), rng.randrange(675), rng.randrange(-14, 14)
        draw.line([(x, y), (x + rng.randrange(20, 90), y)], fill=tuple(max(0, min(255, c + shade)) for c in floor))
    left, top, tilt = rng.randrange(120, 220), rng.randrange(110, 180), rng.randrange(-30, 30)
    box = [(left, top + 40), (left + 520, top + tilt), (left + 560, top + 370), (left + 30, top + 420)]
    draw.polygon(box, fill=(184, 146, 98), outline=(120, 92, 58), width=4)
    draw.line([box[0], box[2]], fill=(206, 178, 132), width=34)
    x, y = rng.choice(box)
    hole = [(x + rng.randrange(-70, 70), y + rng.randrange(-60, 60)) for _corner in range(7)]
    draw.polygon(hole, fill=(64, 52, 42), outline=(96, 74, 50), width=3)
    draw.rectangle((left + 300, top + 210, left + 530, top + 320), fill=(252, 252, 250), outline=(90, 90, 90), width=2)
    _words(draw, (left + 312, top + 222), plan.order or "PARCEL", 20)
    for bar in range(34):
        draw.line(
            [(left + 316 + bar * 6, top + 258), (left + 316 + bar * 6, top + 304)],
            fill=INK,
            width=rng.choice((1, 2, 4)),
        )
    return image


def _screen(rng: random.Random, plan: Plan) -> Image.Image:
    """A telephone's screen: bubbles of a chat, an amount, a time."""
    image = Image.new("RGB", (600, 1000), (236, 239, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 600, 90), fill=(11, 91, 110))
    _words(draw, (30, 28), f"{plan.received_at.astimezone(ZONE):%H:%M}   Wuheli", 30, (255, 255, 255))
    y = 130
    for turn in range(rng.randint(4, 6)):
        mine = turn % 2 == 1
        width, lines = rng.randrange(260, 430), rng.randint(1, 3)
        left = 570 - width if mine else 30
        draw.rounded_rectangle(
            (left, y, left + width, y + 34 + lines * 30), 18, fill=(207, 232, 221) if mine else (255, 255, 255)
        )
        for line in range(lines):
            end = left + width - 24 if line < lines - 1 else left + rng.randrange(120, width - 20)
            draw.rounded_rectangle((left + 22, y + 22 + line * 30, end, y + 34 + line * 30), 6, fill=(150, 160, 164))
        y += 64 + lines * 30
    draw.rounded_rectangle((30, y, 570, y + 170), 18, fill=(255, 255, 255), outline=(200, 204, 206), width=2)
    _words(draw, (56, y + 26), f"- {plan.product.price_fen / 100:,.2f}", 52)
    _words(draw, (56, y + 108), f"{plan.order}   {plan.occurred_on.isoformat()}", 24, (110, 118, 122))
    return image


def _paper(rng: random.Random, plan: Plan) -> Image.Image:
    """A sheet with lines of text and a round stamp."""
    image = Image.new("RGB", (720, 1000), (120, 116, 108))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 680, 960), fill=PAPER)
    _words(draw, (90, 90), f"No. {plan.occurred_on:%Y%m%d}-{rng.randrange(9000) + 1000}", 28)
    for line in range(22):
        end = rng.randrange(380, 630)
        draw.rectangle((90, 170 + line * 30, end, 178 + line * 30), fill=(150, 148, 142))
    red = (190, 44, 40)
    draw.ellipse((430, 720, 630, 920), outline=red, width=7)
    draw.ellipse((452, 742, 608, 898), outline=red, width=2)
    _words(draw, (486, 804), "SAMPLE", 24, red)
    return image
