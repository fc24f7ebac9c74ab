/** Requests that the program itself makes. */
@NullMarked
package dev.breakwater.http.client;

import org.jspecify.annotations.NullMarked;
