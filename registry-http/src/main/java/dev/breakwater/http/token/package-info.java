/** The token service over HTTP: GET, OAuth2 POST, and the key set. */
@NullMarked
package dev.breakwater.http.token;

import org.jspecify.annotations.NullMarked;
