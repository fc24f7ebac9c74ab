/** What operators' programs ask: metrics, liveness and readiness, on a port of their own. */
@NullMarked
package dev.breakwater.http.management;

import org.jspecify.annotations.NullMarked;
