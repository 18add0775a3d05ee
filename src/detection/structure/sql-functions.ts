import { words } from './judgement.ts';

/**
 * Functions whose names only databases know (reference manuals of MySQL, PostgreSQL, SQL Server, Oracle and SQLite): a value that is nothing but an expression which calls one is meant for a database.
 * Names that spreadsheets, programming languages and mathematics share (`left`, `concat`, `round`, `count`) are not here.
 */
const ONLY_SQL: ReadonlySet<string> = words(`
  adddate addtime aes_encrypt aes_decrypt any_value bin_to_num bin_to_uuid uuid_to_bin bit_and bit_count bit_or bit_xor bit_length char_length character_length concat_ws convert_tz curdate
  curtime current_date current_time current_timestamp date_add date_format date_sub datediff dayname dayofmonth dayofweek dayofyear des_encrypt des_decrypt elt export_set find_in_set found_rows
  from_base64 from_days from_unixtime get_format hextoraw rawtohex ifnull inet6_aton inet6_ntoa inet_aton inet_ntoa is_free_lock is_used_lock is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 isnull
  is_not_null is_null last_day last_insert_id lcase ucase localtimestamp makedate make_set maketime master_pos_wait microsecond monthname nullif nvl nvl2 octet_length old_password period_add
  period_diff release_lock row_count sec_to_time sha2 soundex str_to_date strcmp subdate subtime sysdate time_format time_to_sec timediff timestampadd timestampdiff to_base64 to_days to_seconds
  uncompress uncompressed_length unhex unix_timestamp utc_date utc_time utc_timestamp uuid_short validate_password_strength weight_string weekofyear yearweek weekday char_to_date collation coercibility
  linefromtext pointfromtext geomfromtext procedure_analyse
  array_agg array_to_json array_to_string btrim bool_and bool_or bit_xor convert_from convert_to current_database current_schema current_schemas current_query date_part date_trunc
  has_table_privilege has_database_privilege inet_client_addr inet_server_addr inet_server_port initcap lo_put lo_creat lo_open lo_create lo_unlink lo_from_bytea quote_ident quote_nullable
  regexp_matches regexp_replace regexp_split_to_table regexp_split_to_array regexp_like regexp_substr regexp_instr regexp_count row_to_json split_part starts_with string_to_array to_ascii
  to_char to_date to_hex to_json to_jsonb to_number to_timestamp unnest width_bucket xmlelement xmlforest xpath_exists getpgusername is_superuser stddev_pop stddev_samp var_pop var_samp
  concat nchar add_months bfilename chartorowid rowidtochar empty_blob lnnvl months_between nchr new_time next_day numtodsinterval numtoyminterval ora_hash sys_guid sys_extract_utc sys_connect_by_path
  to_clob to_dsinterval to_yminterval to_lob to_nchar to_single_byte to_multi_byte tz_offset userenv xmlquery xmlserialize httpuritype
  charindex col_length col_name columnproperty databasepropertyex datalength datename datepart db_id db_name file_name getutcdate host_id host_name ident_current indexproperty is_member
  isnumeric newid objectproperty object_id object_name openxml original_login parsename patindex quotename schema_name scope_identity sessionproperty suser_id suser_name suser_sid suser_sname
  sysdatetime trigger_nestlevel try_cast try_convert typeproperty user_id user_name eventdata
  julianday last_insert_rowid likelihood unlikely zeroblob fts3_tokenizer total_changes
`);

const PREFIX =
  /^(?:json_(?!encode|decode|last_error)|jsonb_|pg_(?!lang)|st_(?:geom|as|lat|long|pointfrom)|sqlite_|dbms_|utl_|nls_|fn_(?:trace|listext|my|xe|db)|mysql_)/;

/** Whether only databases know a function of this name (in lower case). */
export const isOnlySql = (name: string): boolean => ONLY_SQL.has(name) || PREFIX.test(name);
