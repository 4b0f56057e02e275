#include "service/records/store.h"

#include <fmt/format.h>

#include <array>

#include "service/records/codec.h"

namespace leash::service::records {
namespace {

constexpr const char* kFile = "records.db";

/// Pages of 4 KiB in the log before it is moved, when there is nothing else to do and in any case.
constexpr int kLogPages = 1'000;
constexpr int kManyLogPages = 16'000;

constexpr const char* kTables = R"(
  BEGIN;
  CREATE TABLE runs (number INTEGER PRIMARY KEY, id TEXT NOT NULL, tenant TEXT NOT NULL,
                     finished INTEGER NOT NULL, record BLOB NOT NULL);
  CREATE TABLE logs (number INTEGER NOT NULL, piece INTEGER NOT NULL, data BLOB NOT NULL,
                     PRIMARY KEY (number, piece));
  PRAGMA user_version = 1;
  COMMIT;
)";

enum Sql : std::size_t {
  kBegin,
  kCommit,
  kPutRun,
  kPutPiece,
  kRemoveRun,
  kRemovePieces,
  kLoadRuns,
  kLoadPieces
};
constexpr std::array kSql = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "REPLACE INTO runs (number, id, tenant, finished, record) VALUES (?, ?, ?, ?, ?)",
    "REPLACE INTO logs (number, piece, data) VALUES (?, ?, ?)",
    "DELETE FROM runs WHERE number = ?",
    "DELETE FROM logs WHERE number = ?",
    "SELECT number, record FROM runs ORDER BY number",
    "SELECT data FROM logs WHERE number = ? ORDER BY piece",
};

std::int64_t key(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

base::Error damaged() {
  return sqlite_error("read", SQLITE_CORRUPT, "");
}

}  // namespace

base::Result<std::unique_ptr<Store>> Store::open(sys::UniqueFd folder, const std::string& name) {
  auto database = Database::open(folder.get(), kFile);
  if (!database) {
    return base::plain_error("open the records", name, database.error().message());
  }
  std::unique_ptr<Store> store(new Store(std::move(folder), name, *std::move(database)));
  if (auto prepared = store->prepare(); !prepared) return store->refused(prepared.error());
  return store;
}

base::Error Store::refused(const base::Error& why) const {
  return base::plain_error(
      "open the records", name_,
      fmt::format("{}. To begin anew, without the runs that were kept, move this folder aside",
                  why.detail));
}

base::Result<void> Store::prepare() {
  // Before anything is written: who has the file open exclusively needs no shared memory for it.
  for (const char* pragma : {"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA temp_store = MEMORY",
                             "PRAGMA trusted_schema = OFF", "PRAGMA cache_size = -512"}) {
    if (auto done = database_.run(pragma); !done) return done;
  }
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version > kSchemaVersion) {
    return base::plain_error("open", kFile,
                             fmt::format("they were written by a newer leash (format {}, this one "
                                         "knows up to {}): start that one",
                                         *version, kSchemaVersion));
  }
  if (*version == 0) {
    // Only a file without tables takes it.
    if (auto done = database_.run("PRAGMA auto_vacuum = INCREMENTAL"); !done) return done;
  }
  for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL",
                             "PRAGMA journal_size_limit = 67108864"}) {
    if (auto done = database_.run(pragma); !done) return done;
  }
  if (*version == 0) {
    if (auto made = database_.run(kTables); !made) return made;
  }
  return set_up();
}

base::Result<void> Store::set_up() {
  for (const char* sql : kSql) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    statements_.push_back(*std::move(statement));
  }
  return {};
}

base::Result<std::vector<StoredRun>> Store::load(const std::shared_ptr<run::SpillFile>& spill) {
  std::vector<StoredRun> runs;
  Statement& rows = statements_[kLoadRuns];
  for (;;) {
    const auto row = rows.step();
    if (!row) return refused(row.error());
    if (!*row) break;
    auto run = decode(rows.bytes(1));
    if (!run || key(run->number) != rows.integer(0)) return refused(damaged());
    run->log.text = {run::OutputText(spill), run::OutputText(spill)};
    Statement& pieces = statements_[kLoadPieces];
    pieces.bind(1, key(run->number));
    for (;;) {
      const auto piece = pieces.step();
      if (!piece) return refused(piece.error());
      if (!*piece) break;
      if (!decode_log(pieces.bytes(0), run->log)) return refused(damaged());
    }
    runs.push_back(*std::move(run));
  }
  return runs;
}

base::Result<void> Store::begin() {
  return statements_[kBegin].execute();
}

base::Result<void> Store::commit() {
  return statements_[kCommit].execute();
}

void Store::roll_back() {
  // Nothing is to be rolled back if it was the begin that failed.
  static_cast<void>(database_.run("ROLLBACK"));
}

base::Result<void> Store::put(const StoredRun& run) {
  const std::string record = encode(run);
  auto put = statements_[kPutRun]
                 .bind(1, key(run.number))
                 .bind(2, run.snapshot.id)
                 .bind(3, run.tenant)
                 .bind(4, run.finished() ? 1 : 0)
                 .bind_blob(5, record)
                 .execute();
  if (!put) return put;
  return encode_log(run.log, [&, index = std::int64_t{0}](std::string_view piece) mutable {
    return statements_[kPutPiece]
        .bind(1, key(run.number))
        .bind(2, index++)
        .bind_blob(3, piece)
        .execute();
  });
}

base::Result<void> Store::remove(std::uint64_t number) {
  auto removed = statements_[kRemovePieces].bind(1, key(number)).execute();
  if (!removed) return removed;
  return statements_[kRemoveRun].bind(1, key(number)).execute();
}

base::Result<void> Store::tidy_up(Urgency urgency) {
  const int pages = urgency == Urgency::kIdle ? kLogPages : kManyLogPages;
  if (database_.log_pages() < pages) return {};
  if (auto vacuumed = database_.run("PRAGMA incremental_vacuum(1000)"); !vacuumed) return vacuumed;
  return database_.checkpoint();
}

}  // namespace leash::service::records
