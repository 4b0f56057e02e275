#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "service/records/stored_run.h"

namespace leash::service::records {

/// How a record stands in the database: archive.h says how its fields are written, fields.h which
/// there are. Whoever changes either, or what a log's pieces are, raises kSchemaVersion (store.h).
/// All pure, but that a log's text may be read from its spill file.

/// Everything but the log.
[[nodiscard]] std::string encode(const StoredRun& run);
/// The log, in pieces of some hundred KiB, each of which is made when the one before has been
/// taken; none if the log is empty. Ends with the first error of `take`. Output that cannot be read
/// back is left out, as if the log had not kept it.
using TakePiece = std::function<base::Result<void>(std::string_view piece)>;
[[nodiscard]] base::Result<void> encode_log(const run::EventLog::Content& log,
                                            const TakePiece& take);

/// None if these bytes were not made by encode().
[[nodiscard]] std::optional<StoredRun> decode(std::string_view bytes);
/// Adds a piece to the log, of any length; pieces come in their order. False if it was not made by
/// encode_log().
[[nodiscard]] bool decode_log(std::string_view piece, run::EventLog::Content& log);

}  // namespace leash::service::records
