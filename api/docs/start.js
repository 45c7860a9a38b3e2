// The validator would send the document to somebody else's server.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true, docExpansion: "list" });
