@NullMarked
package dev.breakwater.http.app;

import org.jspecify.annotations.NullMarked;
