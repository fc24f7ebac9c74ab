@NullMarked
package dev.breakwater.http.server;

import org.jspecify.annotations.NullMarked;
