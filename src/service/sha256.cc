#include "service/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "base/tell.h"

namespace leash::service {

Sha256 sha256(std::string_view bytes) {
  // Looked up once: OpenSSL 3 takes longer for that than to hash a token.
  static const EVP_MD* const algorithm = ::EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256 hash{};
  if (algorithm == nullptr ||
      ::EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, algorithm, nullptr) != 1) {
    // Or all tokens would have the same one.
    base::tell_text("leash: OpenSSL has no SHA-256\n");
    std::abort();
  }
  return hash;
}

}  // namespace leash::service
