"""The chart of bench/README.md: how far each benchmark is from its target."""

import math

# Columns: the title, the bars around the target, the figures.
WIDTH, TITLE_AT, BARS_AT, BARS_WIDTH = 900, 12, 340, 360
ROW, BAR, TOP, BOTTOM = 34, 20, 70, 16
SCALE = 16  # the bars end at so many times better or short
TICKS = (1 / 16, 1 / 4, 1, 4, 16)

# Read in a page that is light or dark, whatever it is: an image has no other way to know.
STYLE = """
  svg { font: 13px system-ui, sans-serif; }
  .page { fill: #ffffff; } .text { fill: #1f2328; } .weak { fill: #59636e; }
  .tick { stroke: #d1d9e0; } .target { stroke: #1f2328; stroke-width: 2; }
  .yes { fill: #1a7f37; } .no { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } .text { fill: #f0f6fc; } .weak { fill: #9198a1; }
    .tick { stroke: #3d444d; } .target { stroke: #f0f6fc; }
    .yes { fill: #3fb950; } .no { fill: #f85149; }
  }
"""


def margin(ratio):
    """How many times better than its target: 1 at the target, less if it is not reached."""
    value, target = ratio["value"], ratio["target"]
    if not ratio["more_is_better"]:
        value, target = target, value
    return value / target if value > 0 and target > 0 else math.inf if value > 0 else 0


def position(times):
    """Where on the logarithmic scale, clipped to its ends."""
    share = math.log(times, SCALE) if 0 < times < math.inf else (1 if times else -1)
    return BARS_AT + BARS_WIDTH / 2 * (1 + max(-1, min(1, share)))


def chart(stored):
    """Of each benchmark the ratio that is the least above its target, or the most below."""
    rows = [(one, min(one["ratios"], key=margin)) for one in stored]
    height = TOP + ROW * len(rows) + BOTTOM
    middle = position(1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img">',
        "<title>How each ratio stands against its target</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}"/>',
        text(middle - 34, 20, "← short of it", "weak", "end"),
        text(middle, 20, "target", "text", "middle", bold=True),
        text(middle + 34, 20, "better than it →", "weak", "start"),
    ]
    for times in TICKS:
        kind = "target" if times == 1 else "tick"
        label = "×1" if times == 1 else f"×{times:g}" if times > 1 else f"×1/{1 / times:g}"
        lines.append(text(position(times), 42, label, "weak", "middle"))
        lines.append(
            f'<line class="{kind}" x1="{position(times):.1f}" x2="{position(times):.1f}"'
            f' y1="50" y2="{height - BOTTOM}"/>'
        )
    for index, (one, ratio) in enumerate(rows):
        lines += row(TOP + ROW * index, one, ratio)
    return "\n".join([*lines, "</svg>", ""])


def row(y, one, ratio):
    begin, end = sorted((position(1), position(margin(ratio))))
    sign = "≥" if ratio["more_is_better"] else "≤"
    verdict = "yes" if ratio["reached"] else "no"
    figures = f"{ratio['value']:.3g}, target {sign} {ratio['target']:.3g}"
    return [
        text(TITLE_AT, y + 15, f"{one['name']}  {one['title']}", "text", "start"),
        f'<rect class="{verdict}" x="{begin:.1f}" y="{y}" width="{max(2, end - begin):.1f}"'
        f' height="{BAR}" rx="2"/>',
        text(WIDTH - 12, y + 15, figures, "text", "end"),
    ]


def text(x, y, words, kind, anchor, bold=False):
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def escape(words):
    """Of Markdown only what is said, and nothing that XML would read."""
    return words.replace("`", "").replace("&", "&amp;").replace("<", "&lt;")
