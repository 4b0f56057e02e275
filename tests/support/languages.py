"""The same small program in every language, so that one test can be said once for all of them."""

from dataclasses import dataclass, field
from pathlib import Path

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads"


def payload(name):
    """The text of a program in tests/payloads."""
    return (PAYLOADS / name).read_text()


@dataclass(frozen=True)
class Language:
    """Programs by what they do. `names` are file names: the entry and a second file."""

    id: str
    version: str  # a pattern
    hello: str  # prints "hello\n"
    exit_3: str  # prints "out\n" and "err\n", ends with code 3
    tick: str  # prints "tick\n" without a flush, then spins
    tick_silently: str  # the same, but sleeps: no CPU, no output
    echo: str  # copies stdin to stdout
    unicode: str  # prints "héllo wörld ✓ 😀\n"
    arguments: str  # prints each argument on a line
    environment: str  # prints the variable GREETING
    compiled: bool = False
    files: dict = field(default_factory=dict)  # a job of two files that prints "from helper\n"
    entry: str = ""
    spin: str = ""  # no output at all


PYTHON = Language(
    id="python",
    version=r"3\.\d+\.\d+",
    hello="print('hello')",
    exit_3="import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(3)",
    tick="print('tick')\nwhile True: pass",
    tick_silently="import time\nprint('tick')\ntime.sleep(600)",
    echo="import sys\nsys.stdout.write(sys.stdin.read())",
    unicode="print('héllo wörld ✓ 😀')",
    arguments="import sys\nfor a in sys.argv[1:]: print(a)",
    environment="import os\nprint(os.environ['GREETING'])",
    files={
        "app.py": "import lib.helper\nprint(lib.helper.TEXT)",
        "lib/helper.py": "TEXT = 'from helper'",
    },
    entry="app.py",
    spin="while True: pass",
)

JAVASCRIPT = Language(
    id="javascript",
    version=r"\d+\.\d+",
    hello="console.log('hello')",
    exit_3="console.log('out'); console.error('err'); process.exit(3);",
    tick="console.log('tick'); while (true) {}",
    tick_silently="console.log('tick'); setTimeout(() => {}, 600000);",
    echo="let line; while ((line = readline()) !== null) console.log(line);",
    unicode="console.log('héllo wörld ✓ 😀')",
    arguments="for (const a of process.argv.slice(2)) console.log(a);",
    environment="console.log(process.env.GREETING)",
    files={
        "app.js": "console.log(require('./lib/helper.js').TEXT)",
        "lib/helper.js": "exports.TEXT = 'from helper'",
    },
    entry="app.js",
    spin="while (true) {}",
)

NODE = Language(
    id="node",
    version=r"\d+\.\d+\.\d+",
    hello="console.log('hello')",
    exit_3="console.log('out'); console.error('err'); process.exit(3);",
    tick="console.log('tick'); while (true) {}",
    tick_silently="console.log('tick'); setTimeout(() => {}, 600000);",
    echo="process.stdin.pipe(process.stdout);",
    unicode="console.log('héllo wörld ✓ 😀')",
    arguments="for (const a of process.argv.slice(2)) console.log(a);",
    environment="console.log(process.env.GREETING)",
    files={
        "app.js": "console.log(require('./lib/helper.js').TEXT)",
        "lib/helper.js": "exports.TEXT = 'from helper'",
    },
    entry="app.js",
    spin="while (true) {}",
)

BASH = Language(
    id="bash",
    version=r"5\.\d+\.\d+",
    hello="echo hello",
    exit_3="echo out; echo err >&2; exit 3",
    tick="echo tick; while :; do :; done",
    tick_silently="echo tick; sleep 600",
    echo="cat",
    unicode="echo 'héllo wörld ✓ 😀'",
    arguments='for a in "$@"; do printf "%s\\n" "$a"; done',
    environment='echo "$GREETING"',
    files={"app.sh": ". ./lib/helper.sh\necho $TEXT", "lib/helper.sh": "TEXT='from helper'"},
    entry="app.sh",
    spin="while :; do :; done",
)

C = Language(
    id="c",
    version=r"\d+\.\d+\.\d+",
    hello='#include <stdio.h>\nint main(void) { puts("hello"); }',
    exit_3=(
        '#include <stdio.h>\nint main(void) { puts("out"); fputs("err\\n", stderr); return 3; }'
    ),
    tick=(
        "#include <stdio.h>\n"
        'int main(void) { printf("tick\\n"); for (volatile int i = 0;;) i = 1; }'
    ),
    tick_silently=(
        '#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf("tick\\n"); sleep(600); }'
    ),
    echo=(
        "#include <stdio.h>\nint main(void) { for (int c; (c = getchar()) != EOF;) putchar(c); }"
    ),
    unicode='#include <stdio.h>\nint main(void) { puts("héllo wörld ✓ 😀"); }',
    arguments=(
        "#include <stdio.h>\nint main(int n, char **v) { for (int i = 1; i < n; i++) puts(v[i]); }"
    ),
    environment=(
        '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts(getenv("GREETING")); }'
    ),
    compiled=True,
    files={
        "app.c": '#include <stdio.h>\n#include "lib/helper.h"\nint main(void) { puts(text()); }',
        "lib/helper.h": "const char *text(void);",
        "lib/helper.c": '#include "helper.h"\nconst char *text(void) { return "from helper"; }',
    },
    entry="app.c",
    spin="int main(void) { for (volatile int i = 0;;) i = 1; }",
)

CPP = Language(
    id="cpp",
    version=r"\d+\.\d+\.\d+",
    hello='#include <cstdio>\nint main() { std::puts("hello"); }',
    exit_3=(
        "#include <iostream>\n"
        'int main() { std::cout << "out\\n"; std::cerr << "err\\n"; return 3; }'
    ),
    tick=(
        "#include <iostream>\n"
        'int main() { std::cout << "tick\\n"; for (volatile int i = 0;;) i = 1; }'
    ),
    tick_silently=(
        "#include <iostream>\n#include <unistd.h>\n"
        'int main() { std::cout << "tick\\n"; sleep(600); }'
    ),
    echo="#include <cstdio>\nint main() { for (int c; (c = getchar()) != EOF;) putchar(c); }",
    unicode='#include <cstdio>\nint main() { std::puts("héllo wörld ✓ 😀"); }',
    arguments=(
        "#include <cstdio>\n"
        "int main(int n, char **v) { for (int i = 1; i < n; i++) std::puts(v[i]); }"
    ),
    environment=(
        '#include <cstdio>\n#include <cstdlib>\nint main() { std::puts(getenv("GREETING")); }'
    ),
    compiled=True,
    files={
        "app.cpp": '#include <cstdio>\n#include "lib/helper.h"\nint main() { std::puts(text()); }',
        "lib/helper.h": "const char *text();",
        "lib/helper.cc": '#include "helper.h"\nconst char *text() { return "from helper"; }',
    },
    entry="app.cpp",
    spin="int main() { for (volatile int i = 0;;) i = 1; }",
)

CSHARP = Language(
    id="csharp",
    version=r"\d+\.\d+\.\d+",
    hello='class P { static void Main() { System.Console.WriteLine("hello"); } }',
    exit_3=(
        "using System;\nclass P { static int Main() {"
        ' Console.WriteLine("out"); Console.Error.WriteLine("err"); return 3; } }'
    ),
    tick=('class P { static void Main() { System.Console.WriteLine("tick"); for (;;) { } } }'),
    tick_silently=(
        'class P { static void Main() { System.Console.WriteLine("tick");'
        " System.Threading.Thread.Sleep(600000); } }"
    ),
    echo=(
        "using System;\nclass P { static void Main() {"
        " Console.Write(Console.In.ReadToEnd()); } }"
    ),
    unicode='class P { static void Main() { System.Console.WriteLine("héllo wörld ✓ 😀"); } }',
    arguments=(
        "class P { static void Main(string[] args) {"
        " foreach (var a in args) System.Console.WriteLine(a); } }"
    ),
    environment=(
        "using System;\nclass P { static void Main() {"
        ' Console.WriteLine(Environment.GetEnvironmentVariable("GREETING")); } }'
    ),
    compiled=True,
    files={
        "App.cs": "class App { static void Main() { System.Console.WriteLine(Helper.Text); } }",
        "lib/Helper.cs": 'static class Helper { public static string Text => "from helper"; }',
    },
    entry="App.cs",
    spin="class P { static void Main() { for (;;) { } } }",
)


def _java(body, head=""):
    return f"{head}class Main {{ public static void main(String[] args) throws Exception {{ {body} }} }}"


JAVA = Language(
    id="java",
    version=r"\d+\.\d+\.\d+",
    hello=_java('System.out.println("hello");'),
    exit_3=_java('System.out.println("out"); System.err.println("err"); System.exit(3);'),
    tick=_java('System.out.println("tick"); for (;;) { }'),
    tick_silently=_java('System.out.println("tick"); Thread.sleep(600000);'),
    echo=_java("System.in.transferTo(System.out);"),
    unicode=_java('System.out.println("héllo wörld ✓ 😀");'),
    arguments=_java("for (String a : args) System.out.println(a);"),
    environment=_java('System.out.println(System.getenv("GREETING"));'),
    compiled=True,
    files={
        "App.java": _java("System.out.println(lib.Helper.TEXT);").replace("Main", "App"),
        "lib/Helper.java": 'package lib; public class Helper { public static final String TEXT = "from helper"; }',
    },
    entry="App.java",
    spin=_java("for (;;) { }"),
)

ALL = [JAVASCRIPT, PYTHON, BASH, C, CPP, CSHARP, JAVA, NODE]
IDS = [language.id for language in ALL]


def files_of(language):
    return [{"path": path, "content": text} for path, text in language.files.items()]
