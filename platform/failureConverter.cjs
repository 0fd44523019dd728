const { DefaultFailureConverter } = require('@temporalio/common')
exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
