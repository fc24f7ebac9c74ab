@NullMarked
package dev.breakwater.http.app.config;

import org.jspecify.annotations.NullMarked;
