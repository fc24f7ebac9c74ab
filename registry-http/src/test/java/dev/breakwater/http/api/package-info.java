@NullMarked
package dev.breakwater.http.api;

import org.jspecify.annotations.NullMarked;
