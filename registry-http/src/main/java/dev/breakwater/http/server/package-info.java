/** The HTTP server: connections, limits, routing, access log, metrics and orderly stop. */
@NullMarked
package dev.breakwater.http.server;

import org.jspecify.annotations.NullMarked;
