#pragma once

namespace leash::zygote {

/// Makes a fork copy where the pages of program code and constants are, which else the copy would
/// find out by one page fault for each sixteen. The kernel copies that for mappings of a file only
/// if a page of them is the process's own: of each, one page becomes so, unchanged. Not worth it
/// for an engine of tens of megabytes, most of which a run never looks at. Best effort.
void share_code_pages();

}  // namespace leash::zygote
