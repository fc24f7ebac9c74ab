@NullMarked
package dev.breakwater.http.app.logging;

import org.jspecify.annotations.NullMarked;
