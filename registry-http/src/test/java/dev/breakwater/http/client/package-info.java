@NullMarked
package dev.breakwater.http.client;

import org.jspecify.annotations.NullMarked;
