@NullMarked
package dev.breakwater.http.token;

import org.jspecify.annotations.NullMarked;
