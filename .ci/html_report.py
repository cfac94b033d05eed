"""The parts of the check of the HTML report that are no shell: see checks.d/60-html.sh."""

import base64, hashlib, html.parser, json, os, re, sys, xml.etree.ElementTree

EVIL = (
    "\"><script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
    "' onclick='document.title=1']]>-->&amp;\u202egnp.exe\u0007</title></style></svg></details>"
)


def write_hostile_trace(path):
    device, lock = "0xffffe00031a0c8d0", "0xffffe00031a0ca48"
    lines = []

    def event(name, **fields):
        fields = {"ev": name, "drv": EVIL, "src": EVIL + ":9", "fn": EVIL} | fields
        lines.append(json.dumps(fields))

    event("TraceStart", note=EVIL)
    event("AddDevice", dev=device, role="FDO")
    event("IoInitializeRemoveLock", dev=device, lock=lock)
    # Three kinds of requests that keep the lock: three faults.
    for number, major in enumerate(("IRP_MJ_READ", "IRP_MJ_WRITE", "IRP_MJ_DEVICE_CONTROL")):
        irp = hex(0xFFFFE00032110750 + number * 0x1000)
        common = {"tid": 7, "dev": device}
        event("DispatchEnter", irp=irp, mj=major, ts=1000 * number, **common)
        event("IoAcquireRemoveLock", lock=lock, tag=irp, status="STATUS_SUCCESS", **common)
        event("IoCompleteRequest", irp=irp, status="STATUS_SUCCESS", **common)
        event("DispatchExit", irp=irp, status="STATUS_SUCCESS", **common)
    lines.append("@ddi DispatchEnter <script>document.title='pwned'</script>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


MANY = 5000


def write_many_faults(path):
    """A trace in which so many routines keep the lock, each with the events of an asynchronous read."""
    device, lock = "0xffffe00031a0c8d0", "0xffffe00031a0ca48"
    lines = [f"@ddi AddDevice dev={device} role=FDO drv=many", f"@ddi IoInitializeRemoveLock lock={lock} dev={device}"]
    for number in range(MANY):
        irp, routine = hex(0xFFFFE00032110750 + number * 0x1000), f"Read{number}"
        at, ts = f"dev={device} irp={irp} drv=many", number * 1_000_000
        for name, rest in (
            ("DispatchEnter", f"mj=IRP_MJ_READ tid=7 fn={routine}"),
            ("IoAcquireRemoveLock", f"lock={lock} tag={irp} status=0 tid=7 src=read.c:{number + 1}"),
            ("IoCopyCurrentIrpStackLocationToNext", "tid=7"), ("IoSetCompletionRoutine", "tid=7"),
            ("IoMarkIrpPending", "tid=7"), ("IoCallDriver", "tid=7"), ("IoCallDriverReturn", "status=STATUS_PENDING tid=7"),
            ("DispatchExit", "status=STATUS_PENDING tid=7"),
            ("CompletionEnter", f"status=0 pending=1 tid=8 fn={routine}Done"),
            ("CompletionExit", f"status=0 tid=8 fn={routine}Done"),
        ):
            ts += 1500
            lines.append(f"@ddi {name} {at} ts={ts} {rest}")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def add_clock(path, target):
    """A page that becomes the time at which it was laid out, in ms since it was asked for, and its numbers of
    elements and of faults."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", read(path))
    clock = """<script>
      addEventListener("load", () => {
        const height = document.body.getBoundingClientRect().height;
        const faults = document.querySelectorAll("details.fault").length;
        const count = document.getElementsByTagName("*").length;
        const last = document.querySelector('details.fault[data-id="f' + faults + '"]');
        const before = last.getElementsByTagName("svg").length;
        const time = performance.now();
        last.open = true;
        setTimeout(() => {
          const after = last.getElementsByTagName("svg").length;
          document.documentElement.innerHTML =
            "<title>" + [Math.round(time), count, faults, height > 0, before, after].join(" ") + "</title>";
        }, 0);
      });
    </script></body>"""
    with open(target, "w", encoding="utf-8") as file:
        file.write(page.replace("</body>", clock))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def check_digest(path):
    """The browser runs the script only if the policy names its digest."""
    page = read(path)
    script = re.search(r"<script>(.*?)</script>", page, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    if f"'sha256-{digest}'" not in page:
        sys.exit(f"HTMLScript.digest in HTMLScript.swift must be {digest}")


def add_filter_test(path, target):
    """A page whose search field has been used, without the policy that forbids to do so from here."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", read(path))
    test = """<script>
      const form = document.getElementById("filters");
      form.elements.driver.value = "serialtap";
      form.elements.text.value = "Still HELD";
      form.dispatchEvent(new Event("input"));
    </script></body>"""
    with open(target, "w", encoding="utf-8") as file:
        file.write(page.replace("</body>", test))


def remove_script(path, target):
    """The page as a browser shows it that runs no script."""
    with open(target, "w", encoding="utf-8") as file:
        file.write(re.sub(r"<script>.*?</script>", "", read(path), flags=re.S))


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(read(path))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text += data

    def all(self, tag, **wanted):
        return [a for t, a in self.elements
                if t == tag and all(wanted[k] == a.get(k) for k in wanted)]


def check(folder):
    problems = []

    def expect(holds, message):
        if not holds:
            problems.append(message)

    hostile, plain = Page(f"{folder}/hostile.dom"), Page(f"{folder}/plain.dom")
    for page, name, scripts in ((hostile, "with script", 1), (plain, "without script", 0)):
        expect(not page.all("img"), f"{name}: an image of the trace is in the page")
        expect(len(page.all("script")) == scripts, f"{name}: there is another script")
        expect(not [a for _, a in page.elements for k in a if k.startswith("on")],
               f"{name}: an element has a handler")
        expect(page.text.count("<script>document.title='pwned'</script>") > 10,
               f"{name}: the names of the trace are not shown as text")
        expect(len(page.all("details", **{"class": "fault"})) == 3, f"{name}: no three faults")
        for part in ("Findings", "Time line", "Trace", "Automaton", "What to do", "Rules", "Traces"):
            expect(part in page.text, f"{name}: there is no {part}")
        for fault in page.all("details", **{"class": "fault"}):
            expect("pwned" in fault["data-driver"], f"{name}: a fault has no driver")
    title = re.search("<title>(.*?)</title>", read(f"{folder}/hostile.dom")).group(1)
    expect(title.startswith("3 faults in 1 trace"), f"the title is {title}")
    expect("hidden" not in hostile.all("form")[0], "the script did not show the filters")
    expect("hidden" in plain.all("form")[0], "without script the filters are shown")
    second = hostile.all("details", **{"data-id": "f2"})[0]
    expect("open" in second, "a link to the second fault does not open it")

    filtered = Page(f"{folder}/filtered.dom").all("details", **{"class": "fault"})
    shown = [a for a in filtered if "hidden" not in a]
    expect(0 < len(shown) < len(filtered), f"the filter shows {len(shown)} of {len(filtered)}")
    expect({a["data-driver"] for a in shown} == {"serialtap"}, "the filter shows other drivers")

    for page in ("hostile", "examples"):
        pictures = re.findall("<svg.*?</svg>", read(f"{folder}/{page}.html"), re.S)
        expect(pictures, f"{page}: no picture")
        for picture in pictures:
            xml.etree.ElementTree.fromstring(picture)
        files = [f"{page}-light.png", f"{page}-dark.png", f"{page}.pdf"]
        sizes = [os.path.getsize(f"{folder}/{name}") for name in files]
        expect(min(sizes) > 20_000, f"{page}: a picture or print is empty: {sizes}")
        contents = [open(f"{folder}/{name}", "rb").read() for name in files]
        expect(contents[0] != contents[1], f"{page}: dark is light")
    clock = re.search("<title>(.*?)</title>", read(f"{folder}/clock.dom")).group(1).split()
    time, elements, faults = map(int, clock[:3])
    # What a page costs is its elements and its size; the time depends on what else the machine does.
    size = os.path.getsize(f"{folder}/many.html") >> 20
    expect(faults == MANY and elements < 8 * faults, f"a page of {faults} faults has {elements} elements")
    expect(size < 12, f"a page of {faults} faults has {size} MB")
    expect(time < 60_000, f"a page of {faults} faults takes {time} ms")
    expect(clock[3:] == ["true", "0", "2"], f"pictures are not drawn when a fault is opened: {clock}")
    if problems:
        sys.exit("\n".join(problems))
    print(f"{faults} faults ({size} MB): {elements} elements, laid out after {time} ms")
    print(f"{len(shown)} of {len(filtered)} faults filtered; pictures are in {folder}")


commands = {"write-hostile-trace": write_hostile_trace, "check-digest": check_digest,
            "write-many-faults": write_many_faults, "add-clock": add_clock, "add-filter-test": add_filter_test, "remove-script": remove_script, "check": check}
commands[sys.argv[1]](*sys.argv[2:])
