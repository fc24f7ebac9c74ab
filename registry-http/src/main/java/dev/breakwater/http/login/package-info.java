/** Who is calling, and /c/: log-in of browsers. */
@NullMarked
package dev.breakwater.http.login;

import org.jspecify.annotations.NullMarked;
