"""Why a figure changed: from one moment of knowledge to another, cause by cause, down to the lines."""
