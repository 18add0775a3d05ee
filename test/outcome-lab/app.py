"""A small site that is vulnerable on purpose, and a witness of what each request really did. It belongs behind lab.sh's nginx, on loopback.

usage: app.py PORT FOLDER PUBLIC_URL SKIN
FOLDER holds pages/, files/, uploads/ and bin/ (the few commands that injected text can find); FOLDER/effects.tsv is the witness's book:
request id, verdict, what. Verdicts: `yes` the attacker got something he may not have (rows, a file, a command's output, a wait, a secret page);
`oracle` his text was executed and this answer held nothing beyond a confirmation; `xss` his script came back unescaped; `redirect` the
browser was sent elsewhere. The log is never looked at. SKIN changes the looks: short or long pages, one or three echoes, block pages.
"""
import html, json, os, random, re, sqlite3, subprocess, sys, threading, time, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

PORT, FOLDER, PUBLIC, SKIN = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
WORDS = "green tea set wool scarf desk lamp union station poster paper fan oak table select blend travel mug linen shirt river stone".split()
rng = random.Random(SKIN)
about = lambda: " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 40)))
DB = os.path.join(FOLDER, "lab.db")
keep = sqlite3.connect(DB)
keep.executescript("""create table items(id integer primary key, name text, price integer, about text);
create table users(id integer primary key, login text, password text, role text);
create table customers(id integer primary key, name text, email text, phone text);""")
keep.executemany("insert into items values(?,?,?,?)", [(n, f"{rng.choice(WORDS)} {rng.choice(WORDS)} {n}", 4900 + 100 * n, about()) for n in range(1, 81)])
keep.executemany("insert into users values(?,?,?,?)", [(n, f"user{n}", f"{rng.getrandbits(64):x}", "staff") for n in range(1, 9)])
keep.executemany("insert into customers values(?,?,?,?)", [(n, f"Customer {n}", f"c{n}@mail.example", f"010-0000-{n:04}") for n in range(1, 301)])
keep.commit()
ITEMS = keep.execute("select id, name, price, about from items").fetchall()
OWN = {str(row[0]): row for row in ITEMS}
keep.close()
REVIEWS = [[about() for _ in range(rng.randint(0, 9))] for _ in range(81)]
FILL = "<p>" + "Fine things, slowly made. " * (4 if SKIN == 1 else 260) + "</p>"
book, book_lock = open(os.path.join(FOLDER, "effects.tsv"), "a", encoding="utf-8"), threading.Lock()


class Database:
    """One connection that notes which tables a statement reads and which functions with side effects it calls."""

    def __init__(self):
        self.tables, self.waited = set(), 0.0
        self.connection = sqlite3.connect(f"file:{DB}?mode=ro", uri=True)
        self.connection.create_function("sleep", 1, self.sleep)
        self.connection.set_authorizer(self.authorize)

    def sleep(self, seconds):
        seconds = min(float(seconds or 0), 6.0)
        self.waited += seconds
        time.sleep(seconds)
        return 0

    def authorize(self, action, first, second, *rest):
        if action == sqlite3.SQLITE_READ:
            self.tables.add(first)
        return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, 33) else sqlite3.SQLITE_DENY

    def all(self, sql, args=()):
        try:
            return self.connection.execute(sql, args).fetchall()
        finally:
            self.connection.close()


def shell(command):
    """Runs for real, as nobody where this is root, with the few commands of bin/ only."""
    options = {"user": 65534, "group": 65534} if os.getuid() == 0 else {}
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env={"PATH": os.path.join(FOLDER, "bin")}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=9, **options)
    return done.stdout.decode("utf-8", "replace")


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def witness(self, verdict, what):
        with book_lock:
            book.write(f"{self.headers.get('X-Request-Id', '-')}\t{verdict}\t{what}\n")
            book.flush()

    def answer(self, status, body, kind="text/html; charset=utf-8", **headers):
        data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def page(self, title, inner, status=200):
        self.answer(status, f"<!doctype html><html><head><title>{html.escape(title)}</title></head><body><h1>{html.escape(title)}</h1>"
                    f"<form action=/search><input name=q></form>{inner}{FILL}<p><a href='/search?q=tea'>Search</a> <a href='/item?id=7'>Offer</a> "
                    "<a href='/view?file=about.html'>About</a> <a href='/docs?name=start'>Help</a> <a href='/ping?host=mail.example'>Status</a> "
                    "<a href='/hello?name=you'>Hello</a> <a href='/go?to=/item'>Go</a> <a href='/reviews?item=7'>Reviews</a> <a href='/login'>Log in</a>"
                    f"<a href='/api/price?id=7'>Price</a> <a href='/guarded?q=lamp'>Old search</a></p></body></html>")

    def do_GET(self):
        url = urlsplit(self.path)
        self.args = parse_qs(url.query, keep_blank_values=True, errors="replace")
        self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(url.path)
        handler = ROUTES.get(path)
        try:
            if handler:
                handler(self)
            elif path.startswith("/uploads/"):
                self.uploaded(path[len("/uploads/"):])
            elif path.startswith("/app/"):  # a single-page application: every path is answered with its shell
                self.answer(200, "<!doctype html><div id=root></div><script src=/static/app.js></script>" + "<!-- build -->" * 80)
            else:
                self.page("Not found", f"<p>No page {html.escape(path)}</p>" if SKIN == 2 else "", 404)
        except BrokenPipeError:
            pass
    do_POST = do_HEAD = do_GET

    def first(self, name, default=""):
        return self.args.get(name, [default])[0]

    # Holes

    def item(self):
        """SQL without a placeholder."""
        given, database = self.first("id", "1"), Database()
        try:
            rows = database.all("select id, name, price, about from items where id = " + given)
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            if database.waited >= 1:
                self.witness("yes", f"waited {database.waited}")
            return self.page("Server error", f"<pre>{html.escape(str(error))}</pre>", 500)
        others = [row for row in rows if tuple(row) == OWN.get(str(row[0]))][1:]
        foreign = [row for row in rows if tuple(row) != OWN.get(str(row[0])) and database.tables - {"items"} and any(row[1:])]
        if database.waited >= 1:
            self.witness("yes", f"waited {database.waited}")
        elif others or foreign:
            self.witness("yes", f"{len(rows)} rows of {'+'.join(sorted(database.tables))}")
        elif not re.fullmatch(r"\s*\d+\s*", given):
            self.witness("oracle", "statement changed")
        if not rows:
            return self.page("Item", "<p>No such item.</p>")
        self.page("Item", "<ul>" + "".join("<li>" + " | ".join(html.escape(str(c)) for c in row) + "</li>" for row in rows) + "</ul>")

    def price(self):
        """The same hole in a JSON interface, of text this time."""
        given, database = self.first("id", "1"), Database()
        try:
            rows = database.all(f"select id, price from items where cast(id as text) = '{given}'")
        except (sqlite3.Error, sqlite3.Warning, ValueError):
            return self.answer(500, '{"error":"internal"}', "application/json")
        if database.waited >= 1:
            self.witness("yes", f"waited {database.waited}")
        elif len([row for row in rows if row[0] in range(1, 81)]) > 1 or (rows and database.tables - {"items"} and any(str(row[1]).isascii() and not str(row[1]).isdigit() for row in rows)):
            self.witness("yes", f"{len(rows)} rows of {'+'.join(sorted(database.tables))}")
        elif not re.fullmatch(r"[\w .-]*", given):
            self.witness("oracle", "statement changed")
        self.answer(200, json.dumps([{"id": i, "price": p} for i, p in rows]), "application/json")

    def view(self):
        """A file name without a check."""
        name = self.first("file", "about.html")
        root = os.path.realpath(os.path.join(FOLDER, "pages"))
        full = os.path.realpath(os.path.join(root, name.split("\0")[0]))
        try:
            with open(full, "rb") as file:
                data = file.read(200_000)
        except OSError:
            return self.page("Page not found", f"<p>Cannot open {html.escape(name)}</p>", 200 if SKIN == 2 else 404)
        if not full.startswith(root + os.sep):
            self.witness("yes", f"file {full} {len(data)}")
        self.answer(200, data)

    def ping(self):
        """A command line put together from text."""
        host = self.first("host", "mail.example").replace("\0", "")
        begun = time.monotonic()
        try:
            output = shell(f"echo checking {host}; echo {rng.randint(2, 60)} ms")
        except subprocess.TimeoutExpired:
            output = "timed out"
        plain = re.fullmatch(r"[\w.:, @%*=+\"'/-]*", host)
        waited = time.monotonic() - begun
        if not plain:
            expected = "checking " + host
            extra = "\n".join(line for line in output.splitlines() if not line.endswith(" ms") and "not found" not in line and line.strip() != expected.strip())
            told = any(mark in extra for mark in ("uid=", "root:", "PATH=", "Linux", "nobody", "total ", "PRETTY_NAME", "localhost"))
            if waited >= 1:
                self.witness("yes", f"waited {waited:.1f}")
            elif told:
                self.witness("yes", "command output")
            elif extra.replace("checking", "").strip() or re.search(r"[;&|`]|\$\(", host):
                self.witness("oracle", "shell line changed")
        self.page("Status", f"<pre>{html.escape(output)}</pre>")

    def hello(self):
        """A template put together from text."""
        name, ran = self.first("name", "you"), []

        def value(match):
            try:
                result = str(eval(match[1], {"__builtins__": {}}, {"config": {"SECRET_KEY": "k" * 40, "DATABASE": "lab.db", "users": dict(os.environ)}, "self": self}))
            except Exception:
                return ""
            ran.append(result)
            return result
        text = re.sub(r"\{\{(.{1,300}?)\}\}", value, name)
        if any(mark in "".join(ran) for mark in ("SECRET_KEY", "PATH", "<class", "socket", "kkkk")):
            self.witness("yes", "template told " + str(len("".join(ran))))
        elif ran:
            self.witness("oracle", "template evaluated")
        self.page("Hello", f"<p>Hello {html.escape(text)}, {about()}</p>")

    def fetch(self):
        """An address fetched for whoever asks; the secret page listens on the app's own port."""
        address = self.first("url", "")
        if not re.match(r"https?://(?:(?:127\.[\d.]+|localhost|0\.0\.0\.0|2130706433|\[::1\])(?::80\d*)?|preview\.example)/", address):
            return self.page("Preview", "<p>No preview.</p>")
        if "preview.example" in address:
            return self.page("Preview", "<blockquote>" + REVIEWS[len(address) % 60 + 1].__str__() + "</blockquote>")
        try:
            with urllib.request.urlopen(re.sub(r"^https?://[^/]*", f"http://127.0.0.1:{PORT}", address), timeout=3) as reply:
                data = reply.read(100_000).decode("utf-8", "replace")
        except Exception:
            return self.page("Preview", "<p>No preview.</p>")
        self.witness("yes" if "api_key" in data else "oracle", f"fetched {len(data)}")
        self.page("Preview", f"<blockquote>{html.escape(data)}</blockquote>")

    def internal(self):
        if self.headers.get("X-Request-Id"):
            return self.page("Forbidden", "", 403)
        self.answer(200, json.dumps({"api_key": "k" * 40, "hosts": [f"db{n}.internal" for n in range(40)]}), "application/json")

    def guest(self):
        """A name that comes back unescaped."""
        name = self.first("name", "friend")
        if re.search(r"<[a-z!/]", name, re.I):
            self.witness("xss", "unescaped")
        self.answer(200, f"<!doctype html><h1>Guest book</h1><p>Thank you, {name}.</p>{FILL}")

    def go(self):
        to = self.first("to", "/")
        if re.match(r"(?:https?:)?/?[/\\]", to) and not to.startswith(PUBLIC) and (to.startswith("http") or to[1:2] in "/\\"):
            self.witness("redirect", "elsewhere")
        self.answer(302, "", Location=re.sub(r"[\r\n\0-\x1f\x7f-\uffff]", "", to) or "/")

    def upload(self):
        if self.command != "POST":
            return self.page("Photos", "<form method=post enctype=multipart/form-data><input type=file name=f></form>")
        name = re.search(rb'filename="([\w.-]{1,40})"', self.raw)
        body = self.raw.split(b"\r\n\r\n", 1)[-1].rsplit(b"\r\n--", 1)[0]
        if not name:
            return self.page("No file", "", 400)
        with open(os.path.join(FOLDER, "uploads", name[1].decode()), "wb") as file:
            file.write(body)
        self.page("Stored", "<p>Thank you.</p>", 201)

    def uploaded(self, name):
        """Uploads are run when their name says so: the web shell's text is a command line with {} for the parameter."""
        full = os.path.join(FOLDER, "uploads", os.path.basename(name))
        if not os.path.isfile(full):
            return self.page("Not found", "", 404)
        if not name.endswith(".php"):
            return self.answer(200, open(full, "rb").read(), "application/octet-stream")
        command = self.first("cmd") or self.first("c")
        output = shell(command) if command else ""
        if output and "not found" not in output:
            self.witness("yes", "web shell")
        elif command:
            self.witness("oracle", "web shell without output")
        self.answer(200, output, "text/plain")

    # Places without a hole

    def search(self):
        q = self.first("q")
        rows = Database().all("select id, name, about from items where name like ? or about like ? limit 12", (f"%{q}%", f"%{q}%")) if q else []
        echo = html.escape(q)
        more = f"<p>Results for {echo}</p><a href='/search?q={quote(q)}&amp;page=2'>next</a>" if SKIN == 2 else ""
        self.page(f"Search: {q}", f"<input value=\"{echo}\">{more}" + "".join(f"<li><a href='/item?id={i}'>{html.escape(n)}</a> {html.escape(a)}</li>" for i, n, a in rows))

    def reviews(self):
        """Only the digits of the number count; others show the page without reviews."""
        item = self.first("item")
        n = int(item) if re.fullmatch(r"\d{1,2}", item) else 0
        self.page("Reviews", "".join(f"<blockquote>{html.escape(r)}</blockquote>" for r in (REVIEWS[n] if n else [])))

    def docs(self):
        """A name from a list; any other gets the page that says so, with 200."""
        name = self.first("name", "start")
        pages = {word: "<p>" + (word + " guide. ") * (30 + 17 * n) + "</p>" for n, word in enumerate(["start", "orders", "returns", "delivery", "contact", "terms"])}
        self.page("Help", pages.get(name) or f"<p>We have no help page called {html.escape(name[:80])}.</p>")

    def guarded(self):
        """A firewall of a few words in front of a search; SKIN 2 blocks with 200."""
        q = self.first("q")
        if re.search(r"union|select|<script|\.\./|etc/|sleep|;|'|\bor\b|\{\{|\|", q, re.I):
            number = random.randint(10**17, 10**18 - 1)
            page = f"<html><head><title>Request rejected</title></head><body>The request was rejected. Your support number: {number}</body></html>"
            return self.answer(403 if SKIN == 1 else 200, page + ("<!-- -->" * 300 if SKIN == 2 else ""))
        self.search()

    def login(self):
        if self.command == "POST":
            return self.page("Wrong user or password", "", 401)
        self.page("Log in", "<form method=post action=/login><input name=user><input name=pass type=password></form>")

    def account(self):
        self.answer(302, "", Location="/login")

    def order(self):
        """Numbers only."""
        if not re.fullmatch(r"\d{1,6}", self.first("no")):
            return self.page("Bad order number", "", 400)
        self.page("Order", f"<p>Order {self.first('no')}: {about()}</p>")


ROUTES = {"/" + name: getattr(Site, name) for name in
          "item view ping hello fetch guest go upload search reviews docs guarded login account order".split()}
ROUTES |= {"/": lambda site: site.page("Shop", "<p>Welcome.</p>"), "/api/price": Site.price, "/internal/config": Site.internal}
ThreadingHTTPServer.request_queue_size = 256
ThreadingHTTPServer(("127.0.0.1", PORT), Site).serve_forever()
