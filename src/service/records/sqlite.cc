#include "service/records/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cstring>

#include "sys/file.h"

namespace leash::service::records {
namespace {

constexpr const char* kVfsName = "leash-by-descriptor";
/// The server does the same for the folder: what a killed one still holds is gone within that.
constexpr int kLockPatienceMs = 5000;

/// SQLite's file system but for one thing: it takes a path as it is. The usual one replaces the
/// link /proc/self/fd/N by the path behind it, which a process without rights may not walk.
int keep_path(sqlite3_vfs* /*vfs*/, const char* path, int size, char* out) {
  const std::size_t length = std::strlen(path);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, path, length + 1);
  return SQLITE_OK;
}

/// SQLite has one list of file systems for the whole process, to which this is added once.
int register_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made = *::sqlite3_vfs_find("unix");
    made.zName = kVfsName;
    made.pNext = nullptr;
    made.xFullPathname = &keep_path;
    return made;
  }();
  return ::sqlite3_vfs_register(&vfs, 0);
}

int note_log_pages(void* pages, sqlite3* /*handle*/, const char* /*name*/, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

base::Error sqlite_error(const char* operation, int code, const char* detail) {
  if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB) {
    return base::plain_error(operation, "records", "the database is damaged");
  }
  return base::plain_error(operation, "records", detail);
}

base::Error Database::error(const char* operation) const {
  return sqlite_error(operation, ::sqlite3_extended_errcode(handle_.get()),
                      ::sqlite3_errmsg(handle_.get()));
}

base::Result<Database> Database::open(int directory, const std::string& name) {
  if (const int code = register_vfs(); code != SQLITE_OK) {
    return sqlite_error("prepare", code, ::sqlite3_errstr(code));
  }
  // The files that SQLite makes beside it get the mode of this one.
  if (auto file = sys::open_at(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0600); !file) {
    return file.error();
  }
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory, name);
  sqlite3* handle = nullptr;
  // NOMUTEX: of one thread at a time.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = ::sqlite3_open_v2(path.c_str(), &handle, flags, kVfsName);
  if (handle == nullptr) return sqlite_error("open", code, ::sqlite3_errstr(code));
  Database database(handle);
  if (code != SQLITE_OK) return database.error("open");
  ::sqlite3_extended_result_codes(handle, 1);
  // A server that was killed may hold the lock for a moment yet.
  ::sqlite3_busy_timeout(handle, kLockPatienceMs);
  // In place of SQLite's own, which would checkpoint in the middle of a commit.
  ::sqlite3_wal_hook(handle, &note_log_pages, database.log_pages_.get());
  return database;
}

base::Result<void> Database::run(const char* sql) {
  if (::sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("use");
  }
  return {};
}

base::Result<std::int64_t> Database::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

base::Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (::sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK) {
    return error("read");
  }
  return Statement(statement);
}

base::Result<void> Database::checkpoint() {
  if (::sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                  nullptr) != SQLITE_OK) {
    return error("checkpoint");
  }
  *log_pages_ = 0;
  return {};
}

Statement& Statement::bind(int index, std::int64_t value) {
  ::sqlite3_bind_int64(handle_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  ::sqlite3_bind_text64(handle_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  ::sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

base::Result<bool> Statement::step() {
  const int code = ::sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3* database = ::sqlite3_db_handle(handle_.get());
  const auto failed = sqlite_error("use", code, ::sqlite3_errmsg(database));
  ::sqlite3_reset(handle_.get());
  if (code != SQLITE_DONE) return failed;
  return false;
}

base::Result<void> Statement::execute() {
  const auto row = step();
  if (!row) return row.error();
  return {};
}

std::int64_t Statement::integer(int column) const {
  return ::sqlite3_column_int64(handle_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(::sqlite3_column_blob(handle_.get(), column));
  const int size = ::sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(size));
}

}  // namespace leash::service::records
