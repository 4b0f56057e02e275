#include "service/sha256.h"

#include <openssl/evp.h>

#include <cassert>

namespace leash::service {

Sha256 sha256(std::string_view bytes) {
  // Looked up once: OpenSSL 3 takes longer for that than to hash a token.
  static const EVP_MD* const algorithm = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256 hash{};
  [[maybe_unused]] const int done =
      ::EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, algorithm, nullptr);
  assert(done == 1);
  return hash;
}

}  // namespace leash::service
