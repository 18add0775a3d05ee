import { words } from './judgement.ts';

/** Functions with names that only PHP has, or that only code has. */
export const PHP_FUNCTIONS: ReadonlySet<string> = words(`
  addcslashes addslashes apache_child_terminate apache_get_modules apache_get_version apache_getenv apache_note apache_request_headers apache_setenv array_chunk array_column array_combine array_diff array_diff_assoc
  array_diff_key array_diff_uassoc array_diff_ukey array_fill array_fill_keys array_filter array_flip array_intersect array_intersect_assoc array_intersect_uassoc array_intersect_ukey array_key_exists array_keys array_map
  array_merge array_merge_recursive array_multisort array_pad array_pop array_product array_push array_rand array_reduce array_replace array_reverse array_search array_shift array_slice array_splice array_sum array_udiff
  array_udiff_assoc array_udiff_uassoc array_uintersect array_uintersect_assoc array_uintersect_uassoc array_unique array_unshift array_values array_walk array_walk_recursive base64_decode base64_encode base_convert
  bin2hex bind_textdomain_codeset bindec bzclose bzcompress bzdecompress bzopen bzread bzwrite call_user_func call_user_func_array call_user_method call_user_method_array chdir checkdnsrr checkdate chgrp chmod chown chroot
  chunk_split class_exists class_implements class_parents clearstatcache closedir closelog com_load_typelib connection_status convert_uudecode convert_uuencode count_chars create_function ctype_alpha ctype_digit
  curl_close curl_copy_handle curl_errno curl_error curl_exec curl_file_create curl_getinfo curl_init curl_multi_exec curl_multi_init curl_setopt curl_setopt_array curl_version dbase_open debug_backtrace
  debug_print_backtrace debug_zval_refcount decbin dechex define_syslog_variables dirname disk_free_space disk_total_space diskfreespace dns_get_mx dns_get_record dotnet_load error_get_last error_log error_reporting
  escapeshellarg escapeshellcmd eval exec exif_imagetype exif_read_data exif_tagname exif_thumbnail fclose feof fflush fgetc fgetcsv fgets fgetss file_exists file_get_contents file_put_contents fileatime filectime
  filegroup fileinode filemtime fileowner fileperms filesize filetype filter_input filter_input_array filter_var filter_var_array finfo_buffer finfo_file finfo_open fnmatch fopen forward_static_call
  forward_static_call_array fpassthru fprintf fputcsv fputs fread fscanf fseek fsockopen fstat ftell ftok ftp_chmod ftp_connect ftp_exec ftp_get ftp_login ftp_nb_fput ftp_put ftp_rawlist ftp_ssl_connect ftruncate
  func_get_arg func_get_args func_num_args function_exists fwrite gc_collect_cycles get_browser get_called_class get_cfg_var get_class get_class_methods get_class_vars get_current_user get_declared_classes
  get_defined_constants get_defined_functions get_defined_vars get_extension_funcs get_headers get_include_path get_included_files get_loaded_extensions get_magic_quotes_gpc get_meta_tags get_object_vars
  get_parent_class get_required_files get_resource_type getallheaders getcwd getenv gethostbyaddr gethostbyname gethostbynamel gethostname getimagesize getlastmod getmxrr getmygid getmyinode getmypid getmyuid getopt
  getprotobyname getrandmax getrusage getservbyname gettimeofday gettype gmp_init gnupg_init gzcompress gzdecode gzdeflate gzencode gzfile gzgetc gzgets gzinflate gzopen gzpassthru gzread gzuncompress gzwrite
  hash_file hash_hmac hash_hmac_file hash_update_file header_register_callback headers_sent hex2bin hexdec highlight_file highlight_string html_entity_decode htmlentities htmlspecialchars htmlspecialchars_decode
  http_build_query ibase_connect iconv_mime_encode ignore_user_abort imageaffine imagecreate imagecreatefromgif imagecreatefromjpeg imagecreatefrompng imagecreatefromstring imagecreatetruecolor imagegif imagejpeg
  imagepng imagewbmp imap_mail imap_open imap_body in_array inet_ntop ini_alter ini_get ini_get_all ini_restore ini_set interface_exists intval iptcembed is_a is_array is_bool is_callable is_dir is_executable is_file
  is_float is_int is_link is_null is_numeric is_object is_readable is_resource is_string is_subclass_of is_uploaded_file is_writable is_writeable iterator_apply iterator_to_array json_decode json_encode lcg_value lchgrp
  lchown ldap_bind ldap_connect ldap_search libxml_disable_entity_loader libxml_set_external_entity_loader link_info localeconv localtime log_cmd_delete lstat ltrim mb_ereg mb_ereg_replace mb_ereg_replace_callback
  mb_eregi mb_eregi_replace mb_parse_str mb_send_mail mb_strlen mb_substr mcrypt_decrypt mcrypt_encrypt md5_file memory_get_usage method_exists mhash microtime mime_content_type mkdir mktime move_uploaded_file mssql_connect
  mssql_query mt_rand mysql_connect mysql_query mysqli_connect mysqli_query natcasesort natsort nl2br number_format ob_clean ob_end_clean ob_end_flush ob_get_clean ob_get_contents ob_start odbc_connect odbc_exec
  odbc_execute odbc_result odbc_result_all opcache_compile_file opcache_get_status opendir openlog openssl_decrypt openssl_encrypt openssl_pkcs7_sign ora_open parse_ini_file parse_ini_string parse_str parse_url
  passthru pathinfo pclose pcntl_alarm pcntl_exec pcntl_fork pcntl_signal pfsockopen pg_connect pg_execute pg_prepare pg_query pg_select pg_send_query php_ini_loaded_file php_sapi_name php_strip_whitespace php_uname
  phpcredits phpinfo phpversion popen posix_getcwd posix_getegid posix_geteuid posix_getgid posix_getlogin posix_getpid posix_getpwnam posix_getpwuid posix_getuid posix_kill posix_mkfifo posix_mknod posix_setuid
  posix_times posix_ttyname posix_uname preg_filter preg_grep preg_last_error preg_match preg_match_all preg_quote preg_replace preg_replace_callback preg_replace_callback_array preg_split print_r proc_close
  proc_get_status proc_nice proc_open proc_terminate property_exists putenv quoted_printable_decode quotemeta rawurldecode rawurlencode readdir readfile readgzfile readline readline_completion_function readlink
  realpath recode_string register_shutdown_function register_tick_function rmdir scandir serialize session_destroy session_id session_name session_save_path session_set_save_handler session_start set_error_handler
  set_exception_handler set_include_path set_magic_quotes_runtime set_time_limit setcookie setlocale sha1_file shell_exec shm_attach shmop_open show_source simplexml_import_dom simplexml_load_file simplexml_load_string snmpget
  snmpwalk socket_accept socket_bind socket_connect socket_create socket_create_listen socket_listen socket_read socket_send spl_autoload spl_autoload_call spl_autoload_register spl_classes sqlite_array_query sqlite_open
  sqlite_popen sqlite_query str_getcsv str_ireplace str_pad str_repeat str_replace str_rot13 str_shuffle str_split str_word_count strcasecmp strcmp stream_context_create stream_copy_to_stream stream_filter_register
  stream_get_contents stream_get_line stream_get_transports stream_get_wrappers stream_resolve_include_path stream_select stream_socket_client stream_socket_pair stream_socket_server stream_wrapper_register stripcslashes
  stripos stripslashes stristr strncasecmp strncmp strpbrk strpos strrev strripos strrpos strstr strtolower strtotime strtoupper strtr substr_compare substr_count substr_replace symlink sys_get_temp_dir sys_getloadavg
  syslog tempnam tidy_parse_file tmpfile token_get_all token_name touch trigger_error trim uasort ucfirst ucwords uksort umask uniqid unlink unserialize urldecode urlencode usleep usort utf8_decode utf8_encode var_dump
  var_export version_compare virtual vfprintf vprintf vsprintf wddx_deserialize wordwrap xdebug_start_trace xml_parse xml_parser_create xml_set_handler xmlrpc_decode xmlrpc_encode xmlwriter_open_uri yaml_parse
  yaml_parse_file yaml_parse_url zend_version zip_entry_read zip_open zip_read zlib_decode zlib_encode array_intersect_key str_contains str_starts_with is_iterable array_key_first array_key_last array_walk
  sem_get shm_put_var msg_send expect_popen cairo_create eio_open event_new id3_get_tag inotify_init newt_open_window kadm5_create_principal pspell_new rpm_open runkit_function_add runkit_import ssh2_connect
  ssh2_exec ssh2_tunnel svn_checkout uopz_function w32api_register_function win_shell_execute yaz_connect zend_logo_guid php_logo_guid
`);

/** Functions whose names are everyday words, or exist in many languages: the argument must look like code. */
export const COMMON_FUNCTIONS: ReadonlySet<string> = words(`
  array assert abs acos asin atan atan2 basename ceil chop chr compact constant copy cos count crypt current date define defined delete die dir dl each echo end empty exit exp explode extract file flock floor flush fmod glob hash
  header hypot iconv idate implode include include_once is_nan isset join key key_exists krsort ksort lcfirst levenshtein link list log log10 log1p long2ip ip2long mail max md5 metaphone min next octdec ord pack pi pos pow prev print printf rand range
  rename require require_once reset rewind round rsort rtrim session settype sha1 shuffle similar_text sin sinh sizeof sleep sort soundex split sprintf sqrt srand stat strlen strval strtok strspn substr system tan tanh time unpack unset assert_options usleep nl_langinfo pclose sscanf strcoll crc32 is_long is_real pos
`);

/** Functions that format, split or join text, alike in many languages: a call of one alone does nothing, and programmers look for it. `require` of a module's name is JavaScript's. */
export const SHARED: ReadonlySet<string> = words(
  'printf sprintf print split join sort sizeof strlen strcmp strcpy strcat round abs min max pow sqrt rand range floor ceil count trim replace substr json_encode json_decode date_format number_format in_array array_push array_pop time date',
);

/** Functions of these that run code or commands: evidence with nearly any argument. */
export const RUNNING: ReadonlySet<string> = words(
  'assert system exec eval passthru popen shell_exec include include_once require require_once die dl extract constant define pcntl_exec proc_open',
);
/** Classes whose construction reads, writes or calls. */
export const PHP_CLASSES: ReadonlySet<string> = words(
  'reflectionfunction reflectionmethod splfileobject splfileinfo spltempfileobject simplexmlelement soapclient directoryiterator recursivedirectoryiterator globiterator filesystemiterator arrayobject messageformatter domdocument imagick ziparchive phardata xmlreader xmlwriter sqlite3 pdo ffi numberformatter',
);
