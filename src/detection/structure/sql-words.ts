import { words } from './judgement.ts';

/**
 * Classes of SQL words, of MySQL, PostgreSQL, SQL Server, Oracle and SQLite (from their reference manuals). One letter stands for each in a fingerprint.
 */
const CLASSES: Readonly<Record<string, ReadonlySet<string>>> = {
  L: words('and or xor'),
  C: words('like rlike regexp ilike glob is in between similar sounds collate overlaps member'),
  A: words('div mod'),
  T: words('not exists binary any some escape interval'),
  N: words(
    'null true false current_user current_date current_time current_timestamp session_user system_user localtime rownum rowid sysdate',
  ),
  U: words('union except intersect minus'),
  D: words('all distinct distinctrow top'),
  S: words('select'),
  R: words('from join'),
  H: words('where having'),
  O: words('limit offset procedure into returning fetch'),
  B: words('order group partition'),
  E: words('case when then else end'),
  K: words(
    'insert update delete drop create alter truncate exec execute declare waitfor shutdown merge grant revoke call load handler copy replace set begin if while rename use desc describe explain prepare deallocate do attach pragma vacuum kill bulk print backup restore dbcc show with analyze lock flush revoke reindex',
  ),
};

const CLASS_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(CLASSES).flatMap(([letter, set]) => [...set].map((word) => [word, letter])),
);

/** The class of a word in lower case; undefined for a name. */
export const wordClass = (word: string): string | undefined => CLASS_OF.get(word);

/** Functions that ordinary text hardly ever calls. */
export const FUNCTIONS: ReadonlySet<string> = words(`
  sleep pg_sleep pg_sleep_for benchmark extractvalue updatexml load_file group_concat string_agg listagg xmlagg concat concat_ws char chr nchar ascii ord unhex hex substr substring substring_index mid
  instr position locate strcmp length char_length bit_length octet_length lower upper reverse ltrim rtrim lpad rpad cast convert if iif ifnull nullif isnull coalesce nvl nvl2 decode elt make_set field
  find_in_set export_set row exp floor rand randomblob zeroblob database schema user version current_user session_user system_user current_database current_schema db_name user_name suser_name host_name
  object_id object_name col_name has_dbaccess is_srvrolemember is_member serverproperty name_const polygon multipolygon linestring multipoint multilinestring geometrycollection st_latfromgeohash
  gtid_subset json_extract json_keys json_value json_query json_array json_object json_length json_depth json_type json_valid json_contains to_char to_number to_date utl_inaddr xmltype sys_context
  dbms_pipe dbms_lock dbms_random quote quote_literal regexp_replace regexp_substr regexp_like regexp_matches starts_with to_json row_to_json array_agg array_to_string query_to_xml database_to_xml
  table_to_xml pg_read_file pg_ls_dir pg_read_binary_file lo_import lo_export lo_get current_setting set_config inet_server_addr generate_series sqlite_version load_extension typeof unicode printf
  likelihood total_changes last_insert_rowid openrowset openquery opendatasource fn_listextendedproperty stuff replicate space soundex md5 sha1 sha2 crc32 password encrypt aes_encrypt aes_decrypt
  uncompress compress count sum avg min max now curdate curtime sysdate unix_timestamp from_unixtime getdate least greatest round ceil ceiling abs sign power pow sqrt mod bin oct conv truncate found_rows
  row_count last_insert_id connection_id uuid uuid_short inet_aton inet_ntoa is_free_lock get_lock release_lock master_pos_wait name connection values interval extract asc len
`);

/** Functions that are evidence by themselves, wherever they are called with an argument that fits. */
export const DANGEROUS: ReadonlySet<string> = words(`
  sleep pg_sleep pg_sleep_for benchmark extractvalue updatexml load_file group_concat string_agg listagg xmlagg substring_index randomblob zeroblob st_latfromgeohash gtid_subset name_const
  pg_read_file pg_ls_dir pg_read_binary_file lo_import lo_export lo_get load_extension openrowset openquery opendatasource serverproperty is_srvrolemember has_dbaccess
  utl_inaddr query_to_xml database_to_xml table_to_xml quote_literal xmltype sys_context get_lock fn_listextendedproperty current_setting set_config
`);
