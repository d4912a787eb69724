#pragma once
#include <cstdint>
#include <functional>
#include <string>

namespace exogene {

/// A JSON document to be sent.
struct HttpRequest {
  std::string url;
  std::string key;  ///< bearer token; empty for none
  std::string body;
  double connect_seconds = 10;
  double seconds = 60;                                   ///< in all
  std::function<bool()> stopped = [] { return false; };  ///< asked now and then; true ends it
};

struct HttpReply {
  long status = 0;         ///< 0 when there was no whole answer
  std::string body;        ///< as the server wrote it: it may repeat the key
  std::string failure;     ///< why there was no whole answer; one line
  double retry_after = 0;  ///< seconds that the server asks to wait; 0 when it does not say
  bool sent = false;       ///< the request may have reached the server
};

/// POSTs by libcurl. Redirections are not followed: the key goes to the named host alone. A body above 4 MiB is a
/// failure. For any thread.
HttpReply post(const HttpRequest& request);

}  // namespace exogene
