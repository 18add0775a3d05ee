"""A small shop that is vulnerable on purpose. Run it only inside make.sh's sealed namespace.

Real hole: /item?id= is pasted into SQL. The web shell is a stub: it answers canned text and runs nothing.
"""
import html, json, logging, re, sqlite3, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

logging.basicConfig(filename=sys.argv[1], level=logging.INFO, encoding="utf-8",
                    format="%(asctime)s - %(levelname)s - %(message)s")
log = logging.getLogger("shop")
DB = "file:shop?mode=memory&cache=shared"
keep = sqlite3.connect(DB, uri=True, check_same_thread=False)
keep.executescript("""
create table items(id integer primary key, name text, price integer, about text);
create table users(id integer primary key, login text, password text, role text);
create table customers(id integer primary key, name text, email text, phone text, address text);
""")
NAMES = ["한국어 책", "O'Reilly SQL book", "녹차 세트", "Union Station poster", "Desk lamp", "전통 부채", "Wool scarf"]
keep.executemany("insert into items values(?,?,?,?)", [
    (n, f"{NAMES[n % 7]} {n}", 4900 + 100 * n, "Handmade, ships in two days.") for n in range(1, 61)])
keep.executemany("insert into users values(?,?,?,?)", [
    (1, "admin", "sunshine2024", "admin"), (2, "minji", "7c4a8d09ca", "staff"), (3, "joon", "5baa61e4c9", "staff")])
keep.executemany("insert into customers values(?,?,?,?,?)", [
    (n, f"Customer {n}", f"c{n}@mail.example", f"010-0000-{n:04}", f"{n} Example-ro, Seoul") for n in range(1, 401)])
keep.commit()
SHELL = {
    "id": "uid=33(www-data) gid=33(www-data) groups=33(www-data)\n", "whoami": "www-data\n", "pwd": "/var/www/shop/uploads\n",
    "uname -a": "Linux web1 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 x86_64 GNU/Linux\n", "ls -la": "total 8\n-rw-r--r-- 1 www-data www-data 34 shell.php\n",
    "cat /etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"}
uploaded, failures, lock = set(), {}, threading.Lock()


def query(sql, args=()):
    db = sqlite3.connect(DB, uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body="", kind="text/html; charset=utf-8", **headers):
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def page(self, title, inner, status=200):
        self.answer(status, f"<!doctype html><html><head><title>{html.escape(title)}</title><link rel=stylesheet href=/assets/site.css>"
                    f"</head><body><h1>{html.escape(title)}</h1><form action=/search><input name=q></form>{inner}"
                    "<p><a href=/products>Products</a> <a href='/item?id=7'>Offer</a> <a href=/login>Log in</a> <a href=/upload>Photos</a></p></body></html>")

    def do_GET(self):
        try:
            self.route()
        except sqlite3.Error as error:
            log.exception("GET %s failed for %s", urlsplit(self.path).path, self.ip)
            log.warning("보안 위협: SQL 오류 - 주입 시도 의심 ip=%s 입력=%r", self.ip, unquote(self.path)[:160])
            self.page("Server error", f"<pre>{html.escape(str(error))}</pre>", 500)
        except BrokenPipeError:
            log.warning("client %s went away during %s", self.ip, self.command)
    do_POST = do_HEAD = do_GET

    def route(self):
        self.ip = self.headers.get("X-Real-IP", "-")
        url = urlsplit(self.path)
        path, args = unquote(url.path), parse_qs(url.query, errors="replace")
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        form = parse_qs(raw.decode("utf-8", "replace"))
        first = lambda d, k, default="": d.get(k, [default])[0]
        post = self.command == "POST"
        if path == "/health":
            self.answer(200, "ok\n", "text/plain")
        elif path == "/item":  # the hole: no placeholder
            rows = query("select id, name, price, about from items where id = " + first(args, "id", "1"))
            if len(rows) > 20:
                log.critical("보안 위협: 비정상 대량 조회 ip=%s rows=%d", self.ip, len(rows))
            items = "".join("<li>" + " | ".join(html.escape(str(c)) for c in row) + "</li>" for row in rows)
            self.page("Item", f"<ul>{items}</ul>" if rows else "<p>No such item.</p>", 200 if rows else 404)
        elif path in ("/search", "/검색"):
            q = first(args, "q")
            rows = query("select id, name from items where name like ?", (f"%{q}%",))
            log.info("search q=%r results=%d ip=%s", q, len(rows), self.ip)
            self.page(f"Search: {q}", "<ul>" + "".join(f"<li><a href='/item?id={i}'>{html.escape(n)}</a></li>" for i, n in rows) + "</ul>")
        elif path == "/products" or path.startswith("/상품/"):
            rows = query("select id, name, price from items where name like ? limit 12", ("%" + path[4:].replace("-", " ") + "%" if path[1] == "상" else "%",))
            self.page("상품", "<ul>" + "".join(f"<li><a href='/item?id={i}'>{html.escape(n)}</a> {p}</li>" for i, n, p in rows) + "</ul>")
        elif path == "/api/items":
            page = re.sub(r"\D", "", first(args, "page", "1"))[:4] or "1"
            rows = query("select id, name, price from items limit 10 offset ?", (10 * (int(page) - 1),))
            self.answer(200, json.dumps(rows, ensure_ascii=False), "application/json")
        elif path == "/api/cart":
            if post:
                log.info("cart updated ip=%s", self.ip)
            self.answer(201 if post else 200, '{"items": %d}' % post, "application/json")
        elif path == "/feed.xml":
            known = self.headers.get("If-None-Match") == '"f1"'
            feed = "<rss version='2.0'><channel><title>Shop</title>" + "<item><title>New</title></item>" * 20 + "</channel></rss>"
            self.answer(304 if known else 200, "" if known else feed, "application/rss+xml", ETag='"f1"')
        elif path == "/login" and post:
            user, good = first(form, "user"), query("select role from users where login=? and password=?", (first(form, "user"), first(form, "pass")))
            if good:
                log.info("login ok user=%r ip=%s", user, self.ip)
                return self.answer(302, Location="/account", Set_Cookie="sid=" + str(abs(hash(user)))[:8])
            with lock:
                failures[self.ip] = failures.get(self.ip, 0) + 1
            log.warning("login failed user=%r ip=%s", user, self.ip)
            if failures[self.ip] % 20 == 0:
                log.error("보안 위협: 로그인 무차별 대입 의심 ip=%s 실패=%d", self.ip, failures[self.ip])
            self.page("Wrong user or password", "", 401)
        elif path == "/login":
            self.page("Log in", "<form method=post action=/login><input name=user><input name=pass type=password></form>")
        elif path == "/account":
            self.page("Account", "<p>Welcome.</p>") if "sid=" in self.headers.get("Cookie", "") else self.answer(302, Location="/login")
        elif path == "/wp-login.php":
            self.page("Log In", "<form method=post><input name=log><input name=pwd type=password></form>", 401 if post else 200)
        elif path == "/admin/":
            self.page("Admin", "<p>Orders today: 12</p>")
        elif path == "/upload" and post:
            name = re.search(rb'filename="([\w.-]{1,40})"', raw)
            if not name:
                return self.page("No file", "", 400)
            uploaded.add(name[1].decode())
            log.log(logging.CRITICAL if name[1].endswith(b".php") else logging.INFO, "%supload name=%s bytes=%d ip=%s",
                    "보안 위협: 실행 파일 업로드 - " if name[1].endswith(b".php") else "", name[1].decode(), len(raw), self.ip)
            self.answer(201, "stored\n", "text/plain")
        elif path == "/upload":
            self.page("Photos", "<form method=post enctype=multipart/form-data><input type=file name=f></form>")
        elif path == "/uploads/shell.php" and "shell.php" in uploaded:
            log.critical("보안 위협: 웹셸 명령 요청 ip=%s cmd=%r", self.ip, first(args, "cmd"))
            self.answer(200, SHELL.get(first(args, "cmd"), "sh: 1: not found\n"), "text/plain")
        else:
            self.page("Not found", "", 404)


ThreadingHTTPServer.request_queue_size = 256
log.info("shop starting on port 8080")
threading.Thread(target=lambda: [(time.sleep(30), log.info("price cache refreshed items=60")) for _ in range(99)], daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", 8080), Shop).serve_forever()
