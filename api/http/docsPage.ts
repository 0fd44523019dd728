import { Router } from 'express'
import swaggerUi from 'swagger-ui-express'

/**
 * Swagger UI over /openapi.json; every asset is served from here, nothing is inline (the package's
 * own page has inline styles).
 */
export function docsPage(): Router {
  const router = Router()
  router.get('/', (_req, res) => {
    res.type('html').send(PAGE)
  })
  router.use(swaggerUi.serveFiles(undefined, { swaggerOptions: { url: '/openapi.json', validatorUrl: null } }))
  return router
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>claimhub API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/swagger-ui-init.js"></script>
</body>
</html>
`
