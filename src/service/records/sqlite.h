#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace leash::service::records {

class Statement;

/// An open SQLite database. One thread at a time. The destructor closes it.
class Database {
 public:
  /// Opens or makes the file `name` in an open directory, by the descriptor: the directory's path
  /// need not be one that this process may walk. `directory` must stay open as long as this.
  [[nodiscard]] static base::Result<Database> open(int directory, const std::string& name);

  /// Runs statements that give nothing, or of which nothing is wanted.
  [[nodiscard]] base::Result<void> run(const char* sql);
  [[nodiscard]] base::Result<std::int64_t> number(const char* sql);
  [[nodiscard]] base::Result<Statement> prepare(const char* sql);

  /// Pages in the write-ahead log after the last commit.
  [[nodiscard]] int log_pages() const { return *log_pages_; }
  /// Moves what it can from the log to the database file.
  [[nodiscard]] base::Result<void> checkpoint();

 private:
  struct Close {
    void operator()(sqlite3* handle) const { ::sqlite3_close_v2(handle); }
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  [[nodiscard]] base::Error error(const char* operation) const;

  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);
};

/// A prepared statement: bind, step, read, and again.
class Statement {
 public:
  /// Parameters count from 1. A blob is not copied: it must outlive the next step().
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  /// True if there is a row. After false or an error the statement may be bound anew.
  [[nodiscard]] base::Result<bool> step();
  /// For a statement that gives no rows.
  [[nodiscard]] base::Result<void> execute();

  /// Columns count from 0; views hold until the next step().
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { ::sqlite3_finalize(handle); }
  };
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// The Error for what SQLite says; a damaged file and a full disk have a text of their own.
[[nodiscard]] base::Error sqlite_error(const char* operation, int code, const char* detail);

}  // namespace leash::service::records
